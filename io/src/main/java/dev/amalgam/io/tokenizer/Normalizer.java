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

  /** Returns a piece as this normalizer writes it. */
  default Piece apply(Piece piece) {
    String result = apply(piece.text());
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
    public Piece apply(Piece piece) {
      Piece result = piece;
      for (Normalizer part : parts) {
        result = part.apply(result);
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
      return replace(pattern, content, text);
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

  /** Returns {@code text} with all that {@code pattern} matches replaced. */
  static String replace(Pattern pattern, String content, String text) {
    if (pattern instanceof Pattern.Literal(String wanted)) {
      return text.replace(wanted, content);
    }
    Matches matches = pattern.find(text);
    StringBuilder result = new StringBuilder();
    int at = 0;
    for (int i = 0; i < matches.size(); i++) {
      result.append(text, at, matches.start(i)).append(content);
      at = matches.end(i);
    }
    return result.append(text, at, text.length()).toString();
  }
}
