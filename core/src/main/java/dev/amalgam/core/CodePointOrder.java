package dev.amalgam.core;

import java.util.Comparator;

/**
 * Orders strings by code point, which is the order of their UTF-8 bytes and the order that Rust and
 * Python use. {@link String#compareTo} differs: it puts emoji before U+E000.
 */
public final class CodePointOrder implements Comparator<String> {

  /** The one instance. */
  public static final CodePointOrder INSTANCE = new CodePointOrder();

  private CodePointOrder() {}

  @Override
  public int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        int planes = Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
        return planes != 0 ? planes : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
