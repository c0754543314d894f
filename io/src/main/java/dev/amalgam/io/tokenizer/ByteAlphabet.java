package dev.amalgam.io.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The characters that GPT-2 writes bytes with, all of them visible: printable bytes of Latin-1
 * stand for themselves, the others are moved to U+0100 and beyond.
 */
final class ByteAlphabet {

  private static final char[] CHARACTERS = new char[256];
  private static final short[] BYTES = new short[512];

  static {
    Arrays.fill(BYTES, (short) -1);
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean visible = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xFF && b != 0xAD;
      CHARACTERS[b] = visible ? (char) b : next++;
      BYTES[CHARACTERS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** Returns the UTF-8 of {@code text}, each byte as its character. */
  static String encode(String text) {
    if (isUnchanged(text)) {
      return text;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    char[] characters = new char[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      characters[i] = CHARACTERS[utf8[i] & 0xFF];
    }
    return new String(characters);
  }

  private static boolean isUnchanged(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '!' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** Returns the byte that a character stands for, or -1. */
  static int toByte(char character) {
    return character < BYTES.length ? BYTES[character] : -1;
  }
}
