package dev.amalgam.io.model;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;

/**
 * A weight whose entries are moved, by at most 0.05, by a hash of its name, a seed and their
 * numbers, as {@code evidence/make.py} does.
 */
record HashedDelta(Weight weight, int seed) implements Weight {

  private static final double SCALE = 0.05;

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
    long start = name().hashCode() * 31L + ((long) seed << 20) + from;
    for (int i = 0; i < count; i++) {
      long hash = (start + i) * 0x9E3779B97F4A7C15L;
      hash = (hash ^ hash >>> 29) * 0xBF58476D1CE4E5B9L;
      target[at + i] += (float) (SCALE * ((hash >>> 40) * 0x1p-23 - 1));
    }
  }
}
