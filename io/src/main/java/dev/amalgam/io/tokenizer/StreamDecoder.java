package dev.amalgam.io.tokenizer;

import java.util.Optional;

/**
 * Turns a growing sequence of tokens into text, as they come. What it returns, put together, is
 * what {@link Tokenizer#decode} returns for all of them; half a character is held back until the
 * rest of it comes. Not thread-safe.
 */
public final class StreamDecoder {

  private final Tokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private final StringBuilder text = new StringBuilder();
  private final Decoder.Stage stage;

  StreamDecoder(Tokenizer tokenizer, Decoder decoder, boolean skipSpecialTokens) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
    this.stage = decoder.start(false, text::append);
  }

  /** Returns the text that became complete with another token; often it is empty. */
  public String add(int id) {
    Optional<String> token = tokenizer.token(id);
    if (token.isPresent() && !(skipSpecialTokens && tokenizer.isSpecial(token.get()))) {
      stage.accept(token.get());
    }
    return taken();
  }

  /** Returns the text that is left at the end. Nothing may be added after that. */
  public String finish() {
    stage.finish();
    return taken();
  }

  private String taken() {
    String taken = text.toString();
    text.setLength(0);
    return taken;
  }
}
