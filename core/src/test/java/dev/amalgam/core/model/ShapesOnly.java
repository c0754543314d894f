package dev.amalgam.core.model;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Weights that have names and shapes, which is all that building a model looks at. */
record ShapesOnly(Map<String, Shape> shapes) implements Weights {

  private record Named(String name, Shape shape) implements Weight {
    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      throw new AssertionError("building a model reads no weight");
    }
  }

  @Override
  public String name() {
    return "model";
  }

  @Override
  public Collection<String> names() {
    return shapes.keySet();
  }

  @Override
  public Optional<Weight> find(String tensor) {
    return Optional.ofNullable(shapes.get(tensor)).map(shape -> new Named(tensor, shape));
  }
}
