package dev.amalgam.io.tokenizer;

import java.text.Normalizer.Form;

/** One of Unicode's normalization forms (UAX #15). */
record UnicodeForm(Form form) implements Normalizer {

  @Override
  public String apply(String text) {
    return isAscii(text) ? text : java.text.Normalizer.normalize(text, form);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7F) {
        return false;
      }
    }
    return true;
  }
}
