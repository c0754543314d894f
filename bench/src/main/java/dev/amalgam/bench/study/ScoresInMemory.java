package dev.amalgam.bench.study;

import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.Optional;

/** Importance as weights. */
record ScoresInMemory(String name, ImportanceScores scores) implements Weights {

  @Override
  public Collection<String> names() {
    return scores.names();
  }

  @Override
  public Optional<Weight> find(String tensor) {
    return Optional.of(new Score(tensor, scores));
  }

  private record Score(String name, ImportanceScores scores) implements Weight {
    @Override
    public Shape shape() {
      return Shape.of(scores.count(name));
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      float[] values = new float[count];
      scores.read(name, from, count, values);
      System.arraycopy(values, 0, target, at, count);
    }
  }
}
