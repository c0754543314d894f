package dev.amalgam.io.tokenizer;

/**
 * A stretch of the text on its way to the model.
 *
 * @param text its characters, normalized
 * @param first whether it starts where the original text starts
 * @param head how many of its characters come from the place where the original text starts
 * @param id the added token that it is, or -1
 */
record Piece(String text, boolean first, int head, int id) {

  static Piece whole(String text) {
    return new Piece(text, true, text.isEmpty() ? 0 : Character.charCount(text.codePointAt(0)), -1);
  }

  boolean isToken() {
    return id >= 0;
  }

  /** Returns this stretch with other characters. */
  Piece with(String text, int head) {
    return new Piece(text, first, first ? head : 0, id);
  }

  /** Returns the part of this piece from {@code start} to {@code end}. */
  Piece slice(int start, int end) {
    return new Piece(
        text.substring(start, end),
        first && start < head,
        Math.max(0, Math.min(head, end) - start),
        -1);
  }

  /** Returns the part of this piece from {@code start} to {@code end}, which is an added token. */
  Piece token(int start, int end, int id) {
    return new Piece(text.substring(start, end), first && start < head, 0, id);
  }
}
