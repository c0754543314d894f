package dev.amalgam.core.block;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.Reduction;
import dev.amalgam.core.weight.ReadBuffer;

/**
 * Arrays that a worker uses again for every block, made when first asked for. Each is as long as
 * the longest block. What is in them is arbitrary when a block comes, and theirs alone who merges
 * it.
 */
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

  /** Returns what sums in a fixed order. */
  public Reduction reduction() {
    return reduction;
  }

  /** Returns an array for numbers. */
  public float[] first() {
    return first == null ? first = new float[capacity] : first;
  }

  /** Returns another array for numbers. */
  public float[] second() {
    return second == null ? second = new float[capacity] : second;
  }

  /** Returns an array for random draws. */
  public int[] draws() {
    return draws == null ? draws = new int[capacity] : draws;
  }

  /** Returns an array for the bits of magnitudes. */
  public int[] magnitudes() {
    return magnitudes == null ? magnitudes = new int[capacity] : magnitudes;
  }
}
