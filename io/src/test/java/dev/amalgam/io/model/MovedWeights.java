package dev.amalgam.io.model;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.Optional;

/** Weights of which one tensor has moved along a direction. */
record MovedWeights(Weights weights, String tensor, double[] direction, double scale)
    implements Weights {

  @Override
  public String name() {
    return weights.name();
  }

  @Override
  public Collection<String> names() {
    return weights.names();
  }

  @Override
  public Optional<Weight> find(String name) {
    return weights.find(name).map(weight -> name.equals(tensor) ? new Moved(weight) : weight);
  }

  private final class Moved implements Weight {
    private final Weight weight;

    Moved(Weight weight) {
      this.weight = weight;
    }

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
}
