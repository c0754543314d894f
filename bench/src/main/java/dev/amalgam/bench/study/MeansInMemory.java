package dev.amalgam.bench.study;

import dev.amalgam.core.evidence.Sums;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.Optional;

/** The means of a statistic as weights. */
record MeansInMemory(String name, Sums sums) implements Weights {

  @Override
  public Collection<String> names() {
    return sums.shapes().keySet();
  }

  @Override
  public Optional<Weight> find(String table) {
    return Optional.ofNullable(sums.shapes().get(table)).map(shape -> new Mean(table, shape, sums));
  }

  private record Mean(String name, Shape shape, Sums sums) implements Weight {
    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      sums.mean(name, from, count, target, at);
    }
  }
}
