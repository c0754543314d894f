package dev.amalgam.io.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * A text as tokens.
 *
 * @param ids the numbers of the tokens; not copied, so not to be changed
 * @param tokens how each token is written, one for each id. An unknown piece of text that some
 *     models have no token for is the piece itself.
 */
public record Encoding(int[] ids, List<String> tokens) {

  /**
   * Creates the encoding.
   *
   * @throws IllegalArgumentException if there are not as many ids as tokens
   */
  public Encoding {
    tokens = List.copyOf(tokens);
    if (ids.length != tokens.size()) {
      throw new IllegalArgumentException(ids.length + " ids, but " + tokens.size() + " tokens");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Encoding(int[] otherIds, List<String> otherTokens)
        && Arrays.equals(ids, otherIds)
        && tokens.equals(otherTokens);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + tokens.hashCode();
  }

  @Override
  public String toString() {
    return "Encoding[ids=" + Arrays.toString(ids) + ", tokens=" + tokens + "]";
  }
}
