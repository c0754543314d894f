package dev.amalgam.io.regex;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * An immutable set of Unicode code points.
 *
 * @param bounds where membership changes, ascending: in from {@code bounds[0]}, out from {@code
 *     bounds[1]}, and so on
 */
record CodePointSet(int[] bounds) {

  static final int END = Character.MAX_CODE_POINT + 1;
  static final CodePointSet NONE = new CodePointSet(new int[0]);
  static final CodePointSet ALL = new CodePointSet(new int[] {0, END});

  // Beyond the assigned planes, properties are constant over whole stretches.
  private static final int UNASSIGNED = 0x40000;
  private static final int TAGS = 0xE0000;
  private static final int UNASSIGNED_AFTER_TAGS = 0xE1000;
  private static final int PRIVATE_USE = 0xF0000;

  static CodePointSet of(int codePoint) {
    return range(codePoint, codePoint);
  }

  /** Returns the set of all code points from {@code first} to {@code last}. */
  static CodePointSet range(int first, int last) {
    return new CodePointSet(new int[] {first, last + 1});
  }

  /** Returns the set of all code points with a property of Java's {@link Character}. */
  static CodePointSet where(IntPredicate property) {
    Builder builder = new Builder();
    for (int c = 0; c < UNASSIGNED; c++) {
      builder.next(c, property.test(c));
    }
    builder.next(UNASSIGNED, property.test(UNASSIGNED));
    for (int c = TAGS; c <= UNASSIGNED_AFTER_TAGS; c++) {
      builder.next(c, property.test(c));
    }
    for (int plane = PRIVATE_USE; plane < END; plane += 0x10000) {
      builder.next(plane, property.test(plane));
      builder.next(plane + 0xFFFE, property.test(plane + 0xFFFE));
    }
    return builder.set();
  }

  boolean has(int codePoint) {
    int at = Arrays.binarySearch(bounds, codePoint);
    // After an odd number of changes one is in; a found bound is itself a change.
    return ((at < 0 ? -at - 1 : at + 1) & 1) == 1;
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  CodePointSet complement() {
    return combine(ALL, (in, _) -> !in);
  }

  CodePointSet or(CodePointSet other) {
    return combine(other, (a, b) -> a || b);
  }

  CodePointSet and(CodePointSet other) {
    return combine(other, (a, b) -> a && b);
  }

  CodePointSet minus(CodePointSet other) {
    return combine(other, (a, b) -> a && !b);
  }

  boolean isWithin(CodePointSet other) {
    return minus(other).isEmpty();
  }

  private interface Rule {
    boolean in(boolean a, boolean b);
  }

  private CodePointSet combine(CodePointSet other, Rule rule) {
    int[] a = bounds;
    int[] b = other.bounds;
    Builder builder = new Builder();
    int i = 0;
    int j = 0;
    builder.next(0, rule.in(false, false));
    while (i < a.length || j < b.length) {
      int at = Math.min(i < a.length ? a[i] : END, j < b.length ? b[j] : END);
      while (i < a.length && a[i] == at) {
        i++;
      }
      while (j < b.length && b[j] == at) {
        j++;
      }
      builder.next(at, at < END && rule.in((i & 1) == 1, (j & 1) == 1));
    }
    return builder.set();
  }

  private static final class Builder {
    private int[] bounds = new int[64];
    private int size;

    void next(int at, boolean in) {
      if (size > 0 && bounds[size - 1] == at) {
        size--;
      }
      if (((size & 1) == 1) != in) {
        if (size == bounds.length) {
          bounds = Arrays.copyOf(bounds, 2 * size);
        }
        bounds[size++] = at;
      }
    }

    CodePointSet set() {
      next(END, false);
      return new CodePointSet(Arrays.copyOf(bounds, size));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePointSet(int[] others) && Arrays.equals(bounds, others);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }
}
