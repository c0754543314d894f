package dev.amalgam.io.tokenizer;

import java.util.List;

/** Writes text otherwise before it is split. */
interface Normalizer {

  /** Returns {@code text} as this normalizer writes it. */
  String apply(String text);

  /**
   * Returns how many characters of the result come from the first {@code head} of {@code text}.
   *
   * @param result what {@link #apply} returned for {@code text}
   */
  default int head(String text, int head, String result) {
    return head == 0 ? 0 : Math.min(result.length(), apply(text.substring(0, head)).length());
  }

  /**
   * Returns {@code text} as this normalizer writes it.
   *
   * @throws GrowthException if the result has more than {@code most} characters
   */
  default String apply(String text, int most) {
    String result = apply(text);
    GrowthException.check(result.length(), most);
    return result;
  }

  /**
   * Returns a piece as this normalizer writes it.
   *
   * @throws GrowthException if the result has more than {@code most} characters
   */
  default Piece apply(Piece piece, int most) {
    String result = apply(piece.text(), most);
    return result.equals(piece.text())
        ? piece
        : piece.with(result, head(piece.text(), piece.head(), result));
  }

  /** Several, one after the other. */
  record Sequence(List<Normalizer> parts) implements Normalizer {
    @Override
    public String apply(String text) {
      String result = text;
      for (Normalizer part : parts) {
        result = part.apply(result);
      }
      return result;
    }

    @Override
    public String apply(String text, int most) {
      String result = text;
      for (Normalizer part : parts) {
        result = part.apply(result, most);
      }
      return result;
    }

    @Override
    public Piece apply(Piece piece, int most) {
      Piece result = piece;
      for (Normalizer part : parts) {
        result = part.apply(result, most);
      }
      return result;
    }
  }

  /** Puts something in front of any text that is not empty. */
  record Prepend(String prefix) implements Normalizer {
    @Override
    public String apply(String text) {
      return text.isEmpty() ? text : prefix.concat(text);
    }
  }

  /** Replaces what a pattern matches. */
  record Replace(Pattern pattern, String content) implements Normalizer {
    @Override
    public String apply(String text) {
      return apply(text, Integer.MAX_VALUE);
    }

    @Override
    public String apply(String text, int most) {
      return replace(pattern, content, text, most);
    }

    @Override
    public int head(String text, int head, String result) {
      // What is put in comes from the place where the last replaced character was.
      Matches matches = pattern.find(text);
      int kept = 0;
      int at = 0;
      for (int i = 0; i < matches.size() && matches.start(i) < head; i++) {
        kept += matches.start(i) - at;
        if (matches.end(i) > head) {
          return kept;
        }
        kept += content.length();
        at = matches.end(i);
      }
      return kept + head - at;
    }
  }

  /** Removes white space at the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public String apply(String text) {
      int start = 0;
      int end = text.length();
      while (left && start < end && Characters.isWhitespace(text.charAt(start))) {
        start++;
      }
      while (right && start < end && Characters.isWhitespace(text.charAt(end - 1))) {
        end--;
      }
      return text.substring(start, end);
    }

    @Override
    public int head(String text, int head, String result) {
      boolean kept = !result.isEmpty() && text.startsWith(result);
      return kept ? Math.min(head, result.length()) : 0;
    }
  }

  /**
   * Returns {@code text} with all that {@code pattern} matches replaced.
   *
   * @throws GrowthException if the result would have more than {@code most} characters
   */
  static String replace(Pattern pattern, String content, String text, int most) {
    Matches matches = pattern.find(text);
    if (matches.size() == 0) {
      return text;
    }
    long length = text.length() + (long) matches.size() * content.length();
    for (int i = 0; i < matches.size(); i++) {
      length -= matches.end(i) - matches.start(i);
    }
    GrowthException.check(length, most);
    StringBuilder result = new StringBuilder((int) length);
    int at = 0;
    for (int i = 0; i < matches.size(); i++) {
      result.append(text, at, matches.start(i)).append(content);
      at = matches.end(i);
    }
    return result.append(text, at, text.length()).toString();
  }
}
