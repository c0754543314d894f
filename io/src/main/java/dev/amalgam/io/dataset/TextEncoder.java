package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.io.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Makes examples' tokens of text. The special tokens that a tokenizer puts around every text stand
 * at the start and at the end of each example, whatever it is made of, and are kept when a text is
 * cut to length.
 */
public final class TextEncoder {

  private static final List<String> PROBES = List.of("a", "0", ".");

  private final Tokenizer tokenizer;
  private final int[] before;
  private final int[] after;
  private final int room;
  private final boolean lowerCase;
  private final boolean spacesEveryText;

  /**
   * The tokens of an example.
   *
   * @param ids the tokens, special ones included
   * @param given how many of them, at the start, are given and not to be predicted: those of the
   *     prompt and what stands before it; 0 for a plain text
   * @param kept how many of them come from the text, or the completion
   * @param uncut how many tokens there would be had none been cut off
   */
  public record Tokens(int[] ids, int given, int kept, int uncut) {}

  /**
   * The tokens of words.
   *
   * @param tokens the tokens
   * @param firsts where the first token of each word is; −1 where there is none
   */
  public record Words(Tokens tokens, int[] firsts) {}

  /**
   * Creates the encoder.
   *
   * @param maxLength the most tokens of an example
   * @throws DatasetException if so few leave no room for text beside the special tokens
   */
  public TextEncoder(Tokenizer tokenizer, int maxLength) {
    this(tokenizer, maxLength, false);
  }

  /**
   * Creates the encoder of the examples of a task.
   *
   * @throws DatasetException if its examples are too short for text beside the special tokens
   */
  public TextEncoder(Tokenizer tokenizer, Task task) {
    this(tokenizer, task.textLength(), task.lowerCase());
  }

  private TextEncoder(Tokenizer tokenizer, int maxLength, boolean lowerCase) {
    this.tokenizer = tokenizer;
    this.lowerCase = lowerCase;
    int[][] around = around(tokenizer);
    this.before = around[0];
    this.after = around[1];
    this.room = maxLength - specialTokens();
    if (room < 1) {
      throw new DatasetException(
          "examples of at most %d tokens have no room for text, since the tokenizer adds %d special tokens; allow more"
              .formatted(maxLength, specialTokens()));
    }
    this.spacesEveryText = !Arrays.equals(plain("\na"), join(plain("\n"), plain("a")));
  }

  // Every post-processor adds the same tokens whatever the text is.
  private static int[][] around(Tokenizer tokenizer) {
    for (String probe : PROBES) {
      int[] plain = tokenizer.encode(probe, false).ids();
      int[] whole = tokenizer.encode(probe, true).ids();
      for (int i = 0; plain.length > 0 && i + plain.length <= whole.length; i++) {
        if (Arrays.equals(plain, 0, plain.length, whole, i, i + plain.length)) {
          return new int[][] {
            Arrays.copyOf(whole, i), Arrays.copyOfRange(whole, i + plain.length, whole.length)
          };
        }
      }
    }
    throw new DatasetException(
        "the tokenizer finds no tokens in the text %s; it cannot be used for examples of text"
            .formatted(quote(PROBES.getFirst())));
  }

  /** Returns the tokens of a text, the end of which is cut off if it is too long. */
  public Tokens text(String text) {
    int[] ids = plain(lowerCase ? text.toLowerCase(Locale.ROOT) : text);
    int kept = Math.min(room, ids.length);
    return new Tokens(
        join(before, Arrays.copyOf(ids, kept), after), 0, kept, ids.length + specialTokens());
  }

  /**
   * Returns the tokens of words, each of them tokenized by itself as if a space came before it, the
   * end of which is cut off if they are too long.
   */
  public Words words(List<String> words) {
    int[] firsts = new int[words.size()];
    int[][] parts = new int[words.size()][];
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      String word = lowerCase ? words.get(i).toLowerCase(Locale.ROOT) : words.get(i);
      parts[i] = plain(spacesEveryText ? word : " " + word);
      firsts[i] = parts[i].length > 0 && length < room ? before.length + length : -1;
      length = Math.addExact(length, parts[i].length);
    }
    int kept = Math.min(room, length);
    int[] ids = join(before, Arrays.copyOf(join(parts), kept), after);
    return new Words(new Tokens(ids, 0, kept, length + specialTokens()), firsts);
  }

  /**
   * Returns the tokens of a prompt and of what should follow it, the end of which is cut off if
   * both together are too long. They are tokenized each by itself, so that the completion is what
   * would be generated behind the prompt. A tokenizer that begins every text with a space, as those
   * of SentencePiece do, would put one between them; with such a one they are tokenized as one
   * text, and the completion starts with the first token that the prompt by itself does not have.
   */
  public Tokens completion(String prompt, String completion) {
    int[] start = plain(prompt);
    if (!spacesEveryText) {
      return completion(start, plain(completion));
    }
    int[] both = plain(prompt + completion);
    int difference = Arrays.mismatch(start, both);
    int shared = difference < 0 ? both.length : difference;
    return completion(Arrays.copyOf(both, shared), Arrays.copyOfRange(both, shared, both.length));
  }

  /** Returns the tokens behind which a model continues a text; nothing is cut off. */
  public int[] prompt(String prompt) {
    return join(before, plain(prompt));
  }

  /** Returns the tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  private Tokens completion(int[] prompt, int[] completion) {
    int kept = Math.clamp(room - prompt.length, 0, completion.length);
    return new Tokens(
        join(before, prompt, Arrays.copyOf(completion, kept), after),
        before.length + prompt.length,
        kept,
        prompt.length + completion.length + specialTokens());
  }

  private int specialTokens() {
    return before.length + after.length;
  }

  private int[] plain(String text) {
    return tokenizer.encode(text, false).ids();
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }
}
