package dev.amalgam.io.tokenizer;

/**
 * How long texts may become that are written otherwise, all together; real ones become a few times
 * as long.
 */
final class Growth {

  private static final int AT_LEAST = 10_000;
  private static final int PER_CHARACTER = 100;

  private int most = AT_LEAST;
  private int made;

  /** Returns the growth of one text. */
  static Growth of(String text) {
    Growth growth = new Growth();
    growth.allow(text);
    return growth;
  }

  /** Counts another text that is to be written otherwise. */
  void allow(String text) {
    most = (int) Math.min(Integer.MAX_VALUE - 8, most + (long) PER_CHARACTER * text.length());
  }

  /** Returns how many characters may become of all texts. */
  int most() {
    return most;
  }

  /** Returns how many characters may still be made. */
  int left() {
    return most - made;
  }

  /** Counts what was made of a text, no more than was left. */
  void made(String text) {
    made += text.length();
  }

  /** Returns the exception for a section of the file that makes too much. */
  TokenizerException tooMuch(Part part) {
    return part.problem(
        "makes more than " + most + " characters of a text, which no real one does");
  }
}
