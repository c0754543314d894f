package dev.amalgam.core.calibration;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.List;

/**
 * Scores of a tensor's partitions less what they do to other tasks: {@code max(0, I − mean C)},
 * with C the scores of the same partitions on the examples of each other task. What would move
 * other tasks most is dropped first.
 *
 * @param own I
 * @param others C of each other task whose model uses the tensor; elsewhere it is zero
 * @param tasks how many other tasks there are
 */
public record LessInterference(Weight own, List<Weight> others, int tasks) implements Weight {

  /** Returns the scores of a delta less what it does to other tasks, if there are any. */
  public static Weights of(Weights own, List<Weights> others) {
    if (others.isEmpty()) {
      return own;
    }
    return own.mapped(
        (tensor, weight) ->
            new LessInterference(
                weight,
                others.stream().flatMap(other -> other.find(tensor).stream()).toList(),
                others.size()));
  }

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
        target[at + i] -= other[i] / tasks;
      }
    }
    for (int i = 0; i < count; i++) {
      target[at + i] = Math.max(0, target[at + i]);
    }
  }
}
