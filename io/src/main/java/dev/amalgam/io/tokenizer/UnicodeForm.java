package dev.amalgam.io.tokenizer;

import java.text.Normalizer;
import java.text.Normalizer.Form;

/**
 * One of Unicode's normalization forms (UAX #15), with the data of Unicode 9, as the library has
 * it: what came later is left as it is, and nothing combines across it.
 */
record UnicodeForm(Form form) implements dev.amalgam.io.tokenizer.Normalizer {

  @Override
  public String apply(String text) {
    int first = 0;
    while (first < text.length() && text.charAt(first) < 0x80) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    int start = 0;
    for (int at = first; at < text.length(); ) {
      int c = text.codePointAt(at);
      int end = at + Character.charCount(c);
      if (CharacterSets.UNNORMALIZED.get(c)) {
        result.append(known(text.substring(start, at))).appendCodePoint(c);
        start = end;
      }
      at = end;
    }
    return result.append(known(text.substring(start))).toString();
  }

  private String known(String text) {
    return Normalizer.normalize(MarkOrder.arranged(text), form);
  }
}
