package dev.amalgam.core.importance;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;

/**
 * A weight of which one partition's elements are another's.
 *
 * @param clean the weight
 * @param other what its elements are replaced with, of the same shape
 * @param partitions the tensor's partitioning
 * @param partition the number of the partition
 */
record Intervention(Weight clean, Weight other, Partitioning partitions, long partition)
    implements Weight {

  @Override
  public String name() {
    return clean.name();
  }

  @Override
  public Shape shape() {
    return clean.shape();
  }

  @Override
  public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
    if (partitions.count() == 1) {
      other.read(from, count, target, at, buffer);
      return;
    }
    clean.read(from, count, target, at, buffer);
    float[] replaced = null;
    for (int i = 0; i < count; i++) {
      if (partitions.of(from + i) == partition) {
        if (replaced == null) {
          replaced = new float[count];
          other.read(from, count, replaced, 0, buffer);
        }
        target[at + i] = replaced[i];
      }
    }
  }
}
