package dev.amalgam.io.model;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** A small random model as base, and the same with every entry moved a little as its expert. */
final class TinyExpert implements AutoCloseable {

  private static final Path MODELS = Path.of("src/test/resources/hf");

  private final Path folder;
  private final CheckpointFolder checkpoint;

  TinyExpert(String name) {
    folder = MODELS.resolve(name);
    checkpoint = CheckpointFolder.open(folder);
  }

  /** Returns the examples of the fixture. */
  List<Example> examples() {
    return Examples.of(Tensors.read(folder.resolve("expected.safetensors"))).examples();
  }

  /** Returns the base. */
  Weights base() {
    return new CheckpointWeights(checkpoint);
  }

  /** Returns the expert, with entries moved by at most so much. */
  Expert expert(double scale) {
    return expert(base(), weight -> new Moved(weight, scale));
  }

  /** Returns another expert of another base. */
  Expert expert(Weights base, UnaryOperator<Weight> moved) {
    return new Expert(
        new FineTuned(base, base.mapped((_, weight) -> moved.apply(weight))),
        ConfigFile.read(folder.resolve(ConfigFile.NAME)).values());
  }

  /** A weight whose entries are moved by a hash of their names and numbers. */
  record Moved(Weight weight, double scale) implements Weight {
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
        long hash = (name().hashCode() * 31L + from + i) * 0x9E3779B97F4A7C15L;
        hash = (hash ^ hash >>> 29) * 0xBF58476D1CE4E5B9L;
        target[at + i] += (float) (scale * ((hash >>> 40) * 0x1p-23 - 1));
      }
    }
  }

  /**
   * A weight read whole and put in another order.
   *
   * @param order the number of the entry that each place gets
   */
  record Rearranged(Weight weight, int[] order) implements Weight {
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
      float[] all = new float[order.length];
      weight.read(0, all.length, all, 0, buffer);
      for (int i = 0; i < count; i++) {
        target[at + i] = all[order[(int) from + i]];
      }
    }
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
