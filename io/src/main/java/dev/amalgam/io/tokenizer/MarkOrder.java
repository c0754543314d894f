package dev.amalgam.io.tokenizer;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Puts long runs of combining marks into canonical order. Java's own normalizer does that too, but
 * in quadratic time, so that a megabyte of them would take hours.
 */
final class MarkOrder {

  private static final int LONG = 64;
  private static final String FIRST = "\u0334";
  private static final String LAST = "\u0345";

  private MarkOrder() {}

  /** Returns {@code text}, or an equivalent of it in which no long run of marks is unordered. */
  static String arranged(String text) {
    StringBuilder result = null;
    int done = 0;
    for (int at = 0; at < text.length(); ) {
      int end = at;
      while (end < text.length() && CharacterSets.MARKS.get(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      if (end - at >= LONG) {
        result = result == null ? new StringBuilder(text.length()) : result;
        result.append(text, done, at);
        arrange(text.substring(at, end), result);
        done = end;
      }
      at = end < text.length() ? end + Character.charCount(text.codePointAt(end)) : end;
    }
    return result == null ? text : result.append(text, done, text.length()).toString();
  }

  private static void arrange(String marks, StringBuilder out) {
    Map<Integer, Boolean> combining = new HashMap<>();
    int[] codePoints = marks.codePoints().toArray();
    int start = 0;
    for (int i = 0; i <= codePoints.length; i++) {
      if (i == codePoints.length
          || !combining.computeIfAbsent(codePoints[i], MarkOrder::isReordered)) {
        sort(codePoints, start, i, out);
        if (i < codePoints.length) {
          out.appendCodePoint(codePoints[i]);
        }
        start = i + 1;
      }
    }
  }

  /**
   * Appends a run in which all marks change places with others, those of equal rank as they are.
   */
  private static void sort(int[] codePoints, int start, int end, StringBuilder out) {
    TreeMap<Integer, StringBuilder> byRank = new TreeMap<>(MarkOrder::compare);
    TreeSet<Integer> distinct = new TreeSet<>();
    Map<Integer, StringBuilder> parts = new HashMap<>();
    IntStream.range(start, end).forEach(i -> distinct.add(codePoints[i]));
    distinct.forEach(c -> parts.put(c, byRank.computeIfAbsent(c, _ -> new StringBuilder())));
    for (int i = start; i < end; i++) {
      parts.get(codePoints[i]).appendCodePoint(codePoints[i]);
    }
    byRank.values().forEach(out::append);
  }

  /** Returns whether the mark has a combining class other than 0. */
  private static boolean isReordered(int mark) {
    return isSwapped(Character.toString(mark), FIRST)
        || isSwapped(LAST, Character.toString(mark))
        || FIRST.equals(Character.toString(mark));
  }

  private static int compare(int a, int b) {
    String left = Character.toString(a);
    String right = Character.toString(b);
    return isSwapped(left, right) ? 1 : isSwapped(right, left) ? -1 : 0;
  }

  private static boolean isSwapped(String left, String right) {
    return !decomposed(left + right).equals(decomposed(left) + decomposed(right));
  }

  private static String decomposed(String text) {
    return Normalizer.normalize(text, Form.NFD);
  }
}
