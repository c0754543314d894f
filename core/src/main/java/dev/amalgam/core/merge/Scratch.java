package dev.amalgam.core.merge;

import dev.amalgam.core.kernel.Reduction;

/** Arrays that a worker uses again for every block, made when first asked for. */
final class Scratch {

  private final int capacity;
  private final Reduction reduction = new Reduction();
  private float[] first;
  private float[] second;
  private int[] draws;
  private int[] magnitudes;

  Scratch(int capacity) {
    this.capacity = capacity;
  }

  Reduction reduction() {
    return reduction;
  }

  float[] first() {
    return first == null ? first = new float[capacity] : first;
  }

  float[] second() {
    return second == null ? second = new float[capacity] : second;
  }

  int[] draws() {
    return draws == null ? draws = new int[capacity] : draws;
  }

  int[] magnitudes() {
    return magnitudes == null ? magnitudes = new int[capacity] : magnitudes;
  }
}
