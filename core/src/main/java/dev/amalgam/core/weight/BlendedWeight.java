package dev.amalgam.core.weight;

import dev.amalgam.core.tensor.Shape;

/**
 * A weight on the way from one to another: {@code base + fraction·(expert − base)}, in float32 with
 * one rounding of the difference and one of a fused multiply-add.
 *
 * @param base the weight at 0
 * @param expert the weight at 1, of the same shape
 * @param fraction how far on the way
 */
public record BlendedWeight(Weight base, Weight expert, float fraction) implements Weight {

  @Override
  public String name() {
    return expert.name();
  }

  @Override
  public Shape shape() {
    return expert.shape();
  }

  @Override
  public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
    expert.read(from, count, target, at, buffer);
    float[] before = buffer.spare(0, count);
    base.read(from, count, before, 0, buffer);
    for (int i = 0; i < count; i++) {
      target[at + i] = Math.fma(fraction, target[at + i] - before[i], before[i]);
    }
  }
}
