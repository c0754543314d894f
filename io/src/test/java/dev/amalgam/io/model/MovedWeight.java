package dev.amalgam.io.model;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;

/** A weight that has moved along a direction. */
record MovedWeight(Weight weight, double[] direction, double scale) implements Weight {

  @Override
  public String name() {
    return weight.name();
  }

  @Override
  public Shape shape() {
    return weight.shape();
  }

  @Override
  public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
    weight.read(from, count, target, at, buffer);
    for (int i = 0; i < count; i++) {
      target[at + i] += (float) (scale * direction[(int) from + i]);
    }
  }
}
