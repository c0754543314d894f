package dev.amalgam.io.tokenizer;

/**
 * The normalizer of a tokenizer, whose results are bounded.
 *
 * @param normalizer what it does
 * @param part its section in the file
 */
record TextNormalizer(Normalizer normalizer, Part part) {

  /**
   * Returns a piece as the normalizer writes it.
   *
   * @throws TokenizerException if it would grow too much
   */
  Piece apply(Piece piece, Growth growth) {
    try {
      Piece result = normalizer.apply(piece, growth.left());
      growth.made(result.text());
      return result;
    } catch (GrowthException e) {
      throw growth.tooMuch(part);
    }
  }

  /**
   * Returns {@code text} as the normalizer writes it.
   *
   * @throws TokenizerException if it would grow too much
   */
  String apply(String text, Growth growth) {
    return apply(Piece.whole(text), growth).text();
  }
}
