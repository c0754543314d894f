package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.MatrixKernels;

/**
 * Runs the loops of the product on next to nothing. Where they are compiled early and whoever wants
 * one waits for the compiler, as the launcher has it, they are compiled here, once and as methods:
 * in the midst of a product they would be compiled as loops first, which takes three times as long.
 */
final class Rehearsal {

  private static final int ROUNDS = 120;
  private static final long COMPILED_NANOS = 10_000;
  private static final int SIDE = 16;

  private Rehearsal() {}

  static void of(MatrixKernels kernels) {
    int height = kernels.tileRows();
    int width = kernels.tileColumns();
    float[] a = new float[height * MatrixKernels.DEPTH];
    float[] b = new float[2 * width];
    float[] c = new float[height * width];
    untilFast(() -> kernels.tile(2, a, 0, b, 0, c, 0, width, c, 0, width));
    float[] source = new float[SIDE * SIDE];
    float[] target = new float[SIDE * SIDE];
    float[] room = new float[MatrixKernels.TRANSPOSITION_ROOM];
    untilFast(() -> kernels.transpose(source, 0, SIDE, SIDE, SIDE, target, 0, SIDE, room));
    untilFast(() -> kernels.copy(source, 0, SIDE, SIDE, SIDE, target, 0, SIDE));
  }

  private static void untilFast(Runnable loop) {
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      loop.run();
      if (System.nanoTime() - start < COMPILED_NANOS) {
        return;
      }
    }
  }
}
