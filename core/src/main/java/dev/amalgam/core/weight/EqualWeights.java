package dev.amalgam.core.weight;

import dev.amalgam.core.kernel.Kernels;
import java.util.Arrays;

/** Compares weights number by number. */
final class EqualWeights {

  private static final int CHUNK = 1 << 16;

  private EqualWeights() {}

  /** Returns whether two weights have the same shape and numbers. */
  static boolean check(Weight one, Weight other) {
    if (!one.shape().equals(other.shape())) {
      return false;
    }
    long elements = one.shape().elements();
    int most = (int) Math.min(CHUNK, elements);
    float[] left = new float[most];
    float[] right = new float[most];
    try (ReadBuffer buffer = new ReadBuffer(Kernels.warmingUp())) {
      for (long from = 0; from < elements; from += most) {
        int count = (int) Math.min(most, elements - from);
        one.read(from, count, left, 0, buffer);
        other.read(from, count, right, 0, buffer);
        if (!Arrays.equals(left, 0, count, right, 0, count)) {
          return false;
        }
      }
    }
    return true;
  }
}
