package dev.amalgam.io.tokenizer;

/**
 * A text that would be written so much longer that it could fill the memory; see {@link Growth}.
 */
final class GrowthException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Checks a length.
   *
   * @throws GrowthException if it is more than {@code most}
   */
  static void check(long length, int most) {
    if (length > most) {
      throw new GrowthException();
    }
  }
}
