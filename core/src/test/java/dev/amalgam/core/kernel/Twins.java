package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;

/** Runs the two twins on the same numbers and demands the same bits; one NaN is any other. */
final class Twins {

  /** Where ranges start in their arrays. */
  static final int[] OFFSETS = {0, 1, 6};

  private static final int SPARE = 20;

  private Twins() {}

  /** Works on elements {@code [from .. from + count)} of each array. */
  interface Kernel {
    void run(Kernels kernels, float[][] arrays, int from, int count);
  }

  /** Runs a kernel over all counts and offsets, on hostile numbers and on ordinary ones. */
  static void assertEqualBits(int arrays, Kernel kernel) {
    for (int count : Hostile.counts()) {
      for (int from : OFFSETS) {
        assertEqualBits(hostile(arrays, from + count + SPARE), from, count, kernel);
        assertEqualBits(ordinary(arrays, from + count + SPARE), from, count, kernel);
      }
    }
  }

  /** Runs a kernel until it is compiled for good. */
  static void assertEqualBitsColdAndCompiled(int arrays, Kernel kernel) {
    int count = Hostile.HEATING_COUNT;
    float[][] given = ordinary(arrays, count);
    float[][] cold = run(Kernels.scalar(), given, 0, count, kernel);
    for (int round = 0; round < Hostile.rounds(); round++) {
      for (Kernels twin : new Kernels[] {Kernels.scalar(), Kernels.simd()}) {
        float[][] warm = run(twin, given, 0, count, kernel);
        for (int i = 0; i < arrays; i++) {
          assertArrayEquals(bits(cold[i]), bits(warm[i]));
        }
      }
    }
  }

  /** Runs a kernel once on the given numbers. */
  static void assertEqualBits(float[][] given, int from, int count, Kernel kernel) {
    float[][] expected = run(Kernels.scalar(), given, from, count, kernel);
    float[][] actual = run(Kernels.simd(), given, from, count, kernel);
    for (int i = 0; i < given.length; i++) {
      String what = "array " + i + ", count " + count + ", from " + from;
      assertArrayEquals(bits(expected[i]), bits(actual[i]), what);
      assertUntouchedOutside(given[i], actual[i], from, count, what);
    }
  }

  private static float[][] run(Kernels twin, float[][] given, int from, int count, Kernel kernel) {
    float[][] copies = new float[given.length][];
    for (int i = 0; i < given.length; i++) {
      copies[i] = given[i].clone();
    }
    kernel.run(twin, copies, from, count);
    return copies;
  }

  private static void assertUntouchedOutside(
      float[] before, float[] after, int from, int count, String what) {
    float[] inside = before.clone();
    System.arraycopy(after, from, inside, from, count);
    assertArrayEquals(bits(inside), bits(after), () -> "outside of the range: " + what);
  }

  static float[][] hostile(int arrays, int size) {
    float[][] given = new float[arrays][];
    for (int i = 0; i < arrays; i++) {
      given[i] = Hostile.floats(size, 31L * size + i);
    }
    return given;
  }

  static float[][] ordinary(int arrays, int size) {
    float[][] given = new float[arrays][size];
    for (int i = 0; i < arrays; i++) {
      Random random = new Random(37L * size + i);
      for (int j = 0; j < size; j++) {
        given[i][j] = (float) random.nextGaussian() * 4;
      }
    }
    return given;
  }

  private static int[] bits(float[] x) {
    int[] bits = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      bits[i] = Float.floatToIntBits(x[i]);
    }
    return bits;
  }
}
