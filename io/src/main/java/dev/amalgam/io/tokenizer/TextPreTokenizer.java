package dev.amalgam.io.tokenizer;

import java.util.List;

/**
 * The pre-tokenizer of a tokenizer, whose results are bounded.
 *
 * @param steps what it does, one after the other
 * @param part its section in the file
 */
record TextPreTokenizer(List<PreTokenizer> steps, Part part) {

  /**
   * Returns what becomes of the pieces of a text; tokens stay as they are.
   *
   * @throws TokenizerException if they would grow too much
   */
  List<Piece> apply(List<Piece> pieces, Growth growth) {
    List<Piece> result = pieces;
    for (PreTokenizer step : steps) {
      result = step.applyAll(result);
      if (result.stream().mapToLong(piece -> piece.text().length()).sum() > growth.most()) {
        throw growth.tooMuch(part);
      }
    }
    return result;
  }
}
