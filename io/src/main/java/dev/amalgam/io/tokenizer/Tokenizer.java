package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.io.json.JsonString;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns text into tokens and back, exactly as Hugging Face's {@code tokenizers} 0.23 does with the
 * same {@code tokenizer.json}. Thread-safe.
 *
 * <p>The sections {@code truncation} and {@code padding} of the file are ignored: how long a text
 * may be is for each call to say, as it is in {@code transformers}.
 */
public final class Tokenizer {

  private static final String VERSION = "1.0";

  private final AddedTokens added;
  private final TextPreTokenizer preTokenizer;
  private final Model model;
  private final PostProcessor postProcessor;
  private final Decoder decoder;

  private Tokenizer(
      AddedTokens added,
      TextPreTokenizer preTokenizer,
      Model model,
      PostProcessor postProcessor,
      Decoder decoder) {
    this.added = added;
    this.preTokenizer = preTokenizer;
    this.model = model;
    this.postProcessor = postProcessor;
    this.decoder = decoder;
  }

  /**
   * Returns the tokenizer that a file describes.
   *
   * @throws TokenizerException if the file cannot be read, is malformed, or has a component or an
   *     option that is not supported; the message names the file and the place in it
   */
  public static Tokenizer read(Path tokenizerJson) {
    TokenizerFile.Content content = TokenizerFile.read(tokenizerJson);
    Part root = content.root();
    root.only(
        "version",
        "truncation",
        "padding",
        "added_tokens",
        "normalizer",
        "pre_tokenizer",
        "post_processor",
        "decoder",
        "model");
    Part version = root.find("version");
    if (version != null && !version.string().equals(VERSION)) {
      throw version.problem("is " + quote(version.string()) + "; only " + VERSION + " is known");
    }
    Model model = ModelReader.read(root.get("model"), content.tables());
    Part normalizer = root.find("normalizer");
    Part preTokenizer = root.find("pre_tokenizer");
    Part postProcessor = root.find("post_processor");
    Part decoder = root.find("decoder");
    return new Tokenizer(
        new AddedTokens(
            root.find("added_tokens"),
            model.vocabulary(),
            normalizer == null
                ? null
                : new TextNormalizer(NormalizerReader.read(normalizer), normalizer)),
        preTokenizer == null
            ? new TextPreTokenizer(List.of(), root)
            : PreTokenizerReader.read(preTokenizer),
        model,
        postProcessor == null ? PostProcessor.NOTHING : PostProcessor.read(postProcessor),
        decoder == null
            // Without a decoder, the library puts a space between tokens.
            ? new Decoders.EachToken((token, first) -> first ? token : " " + token)
            : DecoderReader.read(decoder));
  }

  /**
   * Returns the tokens of {@code text}.
   *
   * @param text the text; half a surrogate pair in it counts as U+FFFD
   * @param addSpecialTokens whether to add the special tokens that go around each text. Special
   *     tokens that are written in the text are found in any case.
   * @throws TokenizerException if the text has something that the model has no token for, not even
   *     one for what is unknown, or if a regular expression of the file takes too long on it
   */
  public Encoding encode(String text, boolean addSpecialTokens) {
    TokenBuffer tokens = new TokenBuffer();
    Growth growth = Growth.of(text);
    for (Piece piece : preTokenizer.apply(added.extract(unicode(text), growth), growth)) {
      if (piece.isToken()) {
        tokens.add(piece.id(), piece.text());
      } else if (!piece.text().isEmpty()) {
        model.tokenize(piece.text(), tokens);
      }
    }
    return postProcessor.apply(tokens, addSpecialTokens).encoding();
  }

  private static String unicode(String text) {
    return JsonString.isUnicode(text)
        ? text
        : CharacterNormalizers.map(text, c -> true, c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
  }

  /**
   * Returns the text of tokens. An id that no token has is left out.
   *
   * @param skipSpecialTokens whether to leave out special tokens too
   */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    StreamDecoder stream = streamDecoder(skipSpecialTokens);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.add(id));
    }
    return text.append(stream.finish()).toString();
  }

  /**
   * Returns a decoder for tokens that come one after the other.
   *
   * @param skipSpecialTokens whether to leave out special tokens
   */
  public StreamDecoder streamDecoder(boolean skipSpecialTokens) {
    return new StreamDecoder(this, decoder, skipSpecialTokens);
  }

  /** Returns how many tokens there are, those that were added included. */
  public int vocabularySize() {
    return model.vocabulary().size() + added.beyond(model.vocabulary());
  }

  /** Returns the id of a token. */
  public OptionalInt id(String token) {
    int id = added.id(token);
    if (id < 0) {
      id = model.vocabulary().id(token);
    }
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Returns the token of an id. */
  public Optional<String> token(int id) {
    AddedToken token = added.token(id);
    return token == null ? model.vocabulary().token(id) : Optional.of(token.written());
  }

  boolean isSpecial(String token) {
    return added.isSpecial(token);
  }
}
