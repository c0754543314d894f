package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.amalgam.core.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tiles of the twins differ in size, so each is held against three loops. */
@Tag("parity")
class MatrixKernelsParityTest {

  private static final int SPARE = 20;

  private final MatrixKernels scalar = Kernels.scalar().matrix();
  private final MatrixKernels chosen = Kernels.simd().matrix();

  @Test
  void tilesEqualThreeLoops() {
    for (MatrixKernels kernels : new MatrixKernels[] {scalar, chosen}) {
      for (int depth : new int[] {1, 2, 3, 16, 17, MatrixKernels.DEPTH}) {
        assertTile(kernels, depth);
      }
      for (int round = 0; round < Hostile.rounds(); round++) {
        assertTile(kernels, 5);
      }
    }
  }

  private static void assertTile(MatrixKernels kernels, int depth) {
    int height = kernels.tileRows();
    int width = kernels.tileColumns();
    float[] a = numbers(3 + height * MatrixKernels.DEPTH, depth);
    float[] b = numbers(5 + depth * width, depth + 1);
    int stride = width + 7;
    float[] c = numbers(2 + height * stride, depth + 2);
    float[] start = numbers(1 + height * (width + 3), depth + 3);
    float[] expected = c.clone();
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        float sum = start[1 + i * (width + 3) + j];
        for (int k = 0; k < depth; k++) {
          sum = Math.fma(a[3 + i * MatrixKernels.DEPTH + k], b[5 + k * width + j], sum);
        }
        expected[2 + i * stride + j] = sum;
      }
    }
    kernels.tile(depth, a, 3, b, 5, start, 1, width + 3, c, 2, stride);
    assertArrayEquals(Hostile.bits(expected), Hostile.bits(c), () -> "depth " + depth);
  }

  @Test
  void copiesAndTranspositionsAreTheSame() {
    float[] room = new float[MatrixKernels.TRANSPOSITION_ROOM];
    int[] lengths = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50};
    for (int rows : lengths) {
      for (int columns : lengths) {
        float[] source = Hostile.floats(3 + rows * 53 + SPARE, rows);
        int size = 4 + rows * 60 + columns * 60;
        float[] copied = new float[size];
        float[] transposed = new float[size];
        scalar.copy(source, 3, 53, rows, columns, copied, 4, 55);
        scalar.transpose(source, 3, 53, rows, columns, transposed, 4, 55, room);
        float[] copiedToo = new float[size];
        float[] transposedToo = new float[size];
        chosen.copy(source, 3, 53, rows, columns, copiedToo, 4, 55);
        chosen.transpose(source, 3, 53, rows, columns, transposedToo, 4, 55, room);
        String shape = rows + " × " + columns;
        assertArrayEquals(Hostile.bits(copied), Hostile.bits(copiedToo), shape);
        assertArrayEquals(Hostile.bits(transposed), Hostile.bits(transposedToo), shape);
      }
    }
  }

  @Test
  void dotProductsAreTheSame() {
    for (int columns : Hostile.counts()) {
      assertDots(columns);
    }
    for (int round = 0; round < Hostile.rounds() / 4; round++) {
      assertDots(Hostile.HEATING_COUNT);
    }
  }

  private void assertDots(int columns) {
    int rows = 3;
    float[] x = numbers(2 + columns, columns);
    float[] w = numbers(rows * columns + 1, columns + 1);
    float[] room = new float[MatrixKernels.DOT_LANES + columns];
    float[] expected = new float[rows + 2];
    float[] actual = new float[rows + 2];
    scalar.dot(w, 1, rows, columns, x, 2, room, expected, 1);
    chosen.dot(w, 1, rows, columns, x, 2, room, actual, 1);
    assertArrayEquals(Hostile.bits(expected), Hostile.bits(actual), () -> columns + " columns");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stored = arena.allocate(DType.BF16.bytes(w.length));
      Kernels.scalar().conversion().encode(DType.BF16, w, w.length, stored, 0);
      scalar.dotBf16(stored, 2, rows, columns, x, 2, room, expected, 1);
      chosen.dotBf16(stored, 2, rows, columns, x, 2, room, actual, 1);
      assertArrayEquals(Hostile.bits(expected), Hostile.bits(actual), () -> columns + " columns");
      Kernels.scalar().conversion().decode(DType.BF16, stored, 0, w, w.length);
      scalar.dot(w, 1, rows, columns, x, 2, room, actual, 1);
      assertArrayEquals(Hostile.bits(expected), Hostile.bits(actual), "as of decoded rows");
    }
  }

  @Test
  void addedRowsAreTheSame() {
    for (int columns : Hostile.counts()) {
      assertAddedRows(columns);
    }
    for (int round = 0; round < Hostile.rounds() / 4; round++) {
      assertAddedRows(Hostile.HEATING_COUNT);
    }
  }

  private void assertAddedRows(int columns) {
    int rows = 5;
    int stride = columns + 2;
    float[] w = numbers(1 + rows * stride, columns);
    float[] x = numbers(rows + 3, columns + 1);
    float[] expected = numbers(columns + SPARE, columns + 2);
    float[] actual = expected.clone();
    scalar.addRows(w, 1, stride, rows, columns, x, 3, expected, 4);
    chosen.addRows(w, 1, stride, rows, columns, x, 3, actual, 4);
    assertArrayEquals(Hostile.bits(expected), Hostile.bits(actual), () -> columns + " columns");
  }

  // Without NaN, of which the sum of two may be either.
  private static float[] numbers(int count, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          random.nextInt(8) == 0
              ? (random.nextBoolean() ? 0f : -0f)
              : (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4));
    }
    return numbers;
  }
}
