package dev.amalgam.io.job;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Scores of a delta's partitions less what they do to other tasks: {@code max(0, I − mean C)}, with
 * C the scores of the same partitions on the examples of each other task. What would move other
 * tasks most is dropped first.
 *
 * @param own I
 * @param others C of each other task
 */
record LessInterference(Weights own, List<Weights> others) implements Weights {

  @Override
  public String name() {
    return own.name();
  }

  @Override
  public Collection<String> names() {
    return own.names();
  }

  @Override
  public Optional<Weight> find(String tensor) {
    return own.find(tensor)
        .map(
            weight ->
                new Less(
                    weight,
                    others.stream().map(other -> other.find(tensor).orElseThrow()).toList()));
  }

  private record Less(Weight own, List<Weight> others) implements Weight {
    @Override
    public String name() {
      return own.name();
    }

    @Override
    public Shape shape() {
      return own.shape();
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      own.read(from, count, target, at, buffer);
      float[] other = new float[count];
      for (Weight weight : others) {
        weight.read(from, count, other, 0, buffer);
        for (int i = 0; i < count; i++) {
          target[at + i] -= other[i] / others.size();
        }
      }
      for (int i = 0; i < count; i++) {
        target[at + i] = Math.max(0, target[at + i]);
      }
    }
  }
}
