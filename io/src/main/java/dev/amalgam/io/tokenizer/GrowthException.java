package dev.amalgam.io.tokenizer;

/** A text that would be written so much longer that it could fill the memory. */
final class GrowthException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int AT_LEAST = 10_000;
  private static final int PER_CHARACTER = 100;

  private GrowthException(int most) {
    super("makes more than " + most + " characters of a text, which no real one does");
  }

  /** Returns the most characters that may become of so many; real tokenizers make a few. */
  static int most(long characters) {
    return (int) Math.min(Integer.MAX_VALUE - 8, AT_LEAST + PER_CHARACTER * characters);
  }

  /**
   * Checks a length.
   *
   * @throws GrowthException if it is more than {@code most}
   */
  static void check(long length, int most) {
    if (length > most) {
      throw new GrowthException(most);
    }
  }
}
