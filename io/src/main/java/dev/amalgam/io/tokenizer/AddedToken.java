package dev.amalgam.io.tokenizer;

/**
 * A token that is found in the text before anything is split.
 *
 * @param id its id
 * @param content how it is written
 * @param written how it is written once normalized; the same as {@code content} if it is looked for
 *     before the text is
 * @param singleWord whether it counts only where no word character touches it
 * @param left whether it takes white space before it
 * @param right whether it takes white space after it
 * @param normalized whether it is looked for in the normalized text
 * @param special whether it is no text, and may be left out when decoding
 */
record AddedToken(
    int id,
    String content,
    String written,
    boolean singleWord,
    boolean left,
    boolean right,
    boolean normalized,
    boolean special) {

  /** Returns the same token with another id. */
  AddedToken numbered(int other) {
    return new AddedToken(other, content, written, singleWord, left, right, normalized, special);
  }
}
