package dev.amalgam.io.tokenizer;

/**
 * The normalizer of a tokenizer, whose results are bounded by the length of the text.
 *
 * @param normalizer what it does
 * @param part its section in the file
 */
record TextNormalizer(Normalizer normalizer, Part part) {

  /**
   * Returns a piece as the normalizer writes it.
   *
   * @throws TokenizerException if it would be much longer
   */
  Piece apply(Piece piece) {
    try {
      return normalizer.apply(piece, GrowthException.most(piece.text().length()));
    } catch (GrowthException e) {
      throw part.problem(e.getMessage());
    }
  }

  /**
   * Returns {@code text} as the normalizer writes it.
   *
   * @throws TokenizerException if it would be much longer
   */
  String apply(String text) {
    try {
      return normalizer.apply(text, GrowthException.most(text.length()));
    } catch (GrowthException e) {
      throw part.problem(e.getMessage());
    }
  }
}
