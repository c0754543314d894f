package dev.amalgam.core.weight;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.tensor.Shape;

/**
 * What fine-tuning added to a weight: {@code expert − base}, in float32.
 *
 * @param base the weight before
 * @param expert the weight after, of the same shape
 */
public record DeltaWeight(Weight base, Weight expert) implements Weight {

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
    Elementwise.subtract(target, at, before, count);
  }
}
