package dev.amalgam.core.block;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.Reduction;
import dev.amalgam.core.weight.ReadBuffer;

/** Arrays that a worker uses again for every block, made when first asked for. */
public final class Scratch implements AutoCloseable {

  private final int capacity;
  private final Reduction reduction = new Reduction();
  private float[] first;
  private float[] second;
  private int[] draws;
  private int[] magnitudes;
  private ReadBuffer reading;

  Scratch(int capacity) {
    this.capacity = capacity;
  }

  /** Returns what this worker reads weights through. */
  ReadBuffer reading(Kernels kernels) {
    return reading == null ? reading = new ReadBuffer(kernels) : reading;
  }

  @Override
  public void close() {
    if (reading != null) {
      reading.close();
    }
  }

  public Reduction reduction() {
    return reduction;
  }

  public float[] first() {
    return first == null ? first = new float[capacity] : first;
  }

  public float[] second() {
    return second == null ? second = new float[capacity] : second;
  }

  public int[] draws() {
    return draws == null ? draws = new int[capacity] : draws;
  }

  public int[] magnitudes() {
    return magnitudes == null ? magnitudes = new int[capacity] : magnitudes;
  }
}
