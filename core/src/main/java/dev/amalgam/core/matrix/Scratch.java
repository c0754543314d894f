package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;

/** The memory of one worker. */
public final class Scratch implements AutoCloseable {

  private final Kernels kernels;
  private final ReadBuffer buffer;
  private final float[][] spare = new float[2][0];

  /** Allocates the memory. */
  public Scratch(Kernels kernels) {
    this.kernels = kernels;
    this.buffer = new ReadBuffer(kernels);
  }

  /** Returns the kernels of this process. */
  public Kernels kernels() {
    return kernels;
  }

  /**
   * Returns an array of at least {@code length} floats, of any content, that stays this worker's
   * until it asks for it again.
   *
   * @param which 0 or 1
   */
  public float[] spare(int which, int length) {
    if (spare[which].length < length) {
      spare[which] = new float[length];
    }
    return spare[which];
  }

  /** Reads elements of a weight as float32 into {@code target[at .. at + count)}. */
  public void read(Weight weight, long from, int count, float[] target, int at) {
    weight.read(from, count, target, at, buffer);
  }

  /**
   * Writes the product of two matrices, worked out by this worker alone, into {@code c}: entry (i,
   * j) at {@code c[offset + i·stride + j]}. Sums run over the inner index in ascending order with
   * fused multiply-add, from zero, or from what is there if {@code accumulate}.
   */
  public void multiply(
      DenseMatrix a, DenseMatrix b, float[] c, int offset, int stride, boolean accumulate) {
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.columns(); j++) {
        float sum = accumulate ? c[offset + i * stride + j] : 0;
        for (int k = 0; k < a.columns(); k++) {
          sum =
              Math.fma(
                  a.data()[a.offset() + i * a.rowStride() + k * a.columnStride()],
                  b.data()[b.offset() + k * b.rowStride() + j * b.columnStride()],
                  sum);
        }
        c[offset + i * stride + j] = sum;
      }
    }
  }

  @Override
  public void close() {
    buffer.close();
  }
}
