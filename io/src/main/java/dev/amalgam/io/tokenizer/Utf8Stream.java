package dev.amalgam.io.tokenizer;

/**
 * Decodes UTF-8 that comes in parts. Of what is malformed, each longest beginning of a character
 * becomes one replacement character (Unicode 16, section 3.9, "U+FFFD Substitution of Maximal
 * Subparts").
 */
final class Utf8Stream {

  private static final char REPLACEMENT = '\uFFFD';

  private int codePoint;
  private int missing;
  // What the next byte may be.
  private int least;
  private int most;

  /** Returns the characters that {@code bytes} complete. */
  String add(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      add(b & 0xFF, out);
    }
    return out.toString();
  }

  /** Returns what stands for a character that was not completed. */
  String finish() {
    boolean incomplete = missing > 0;
    missing = 0;
    return incomplete ? String.valueOf(REPLACEMENT) : "";
  }

  private void add(int b, StringBuilder out) {
    if (missing > 0) {
      if (b >= least && b <= most) {
        codePoint = codePoint << 6 | b & 0x3F;
        least = 0x80;
        most = 0xBF;
        if (--missing == 0) {
          out.appendCodePoint(codePoint);
        }
        return;
      }
      missing = 0;
      out.append(REPLACEMENT);
    }
    if (b < 0x80) {
      out.append((char) b);
    } else if (b >= 0xC2 && b <= 0xDF) {
      begin(b & 0x1F, 1, 0x80, 0xBF);
    } else if (b >= 0xE0 && b <= 0xEF) {
      begin(b & 0x0F, 2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
    } else if (b >= 0xF0 && b <= 0xF4) {
      begin(b & 0x07, 3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    } else {
      out.append(REPLACEMENT);
    }
  }

  private void begin(int bits, int missing, int least, int most) {
    this.codePoint = bits;
    this.missing = missing;
    this.least = least;
    this.most = most;
  }
}
