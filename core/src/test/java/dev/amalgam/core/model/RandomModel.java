package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.Weights;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/** A small model of random weights, whose gradients can be held against differences of its loss. */
final class RandomModel {

  private static final float STEP = 0x1p-7f;
  private static final Batch BATCH =
      new Batch(
          List.of(
              Example.ofText(new int[] {1, 5, 2, 9, 4, 4, 7}),
              Example.ofText(new int[] {3, 8, 0, 6})));

  private final Random random = new Random(11);
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();

  /** Adds a tensor. */
  RandomModel with(String name, long... shape) {
    shapes.put(name, Shape.of(shape));
    values.put(name, random((int) Shape.of(shape).elements(), 0.4));
    return this;
  }

  private float[] random(int count, double deviation) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return numbers;
  }

  /** Returns the tensors. */
  Weights weights() {
    MemoryCheckpoint checkpoint = new MemoryCheckpoint("model");
    shapes.forEach((name, shape) -> checkpoint.with(name, DType.F32, shape, values.get(name)));
    return new CheckpointWeights(checkpoint);
  }

  /** Checks that the gradient of every tensor says how the loss changes when the tensor does. */
  void checkGradients(Function<Weights, Model> build) {
    try (Engine engine = new Engine(2, Kernels.get())) {
      assertEquals(shapes.keySet(), parameters(build));
      for (String name : shapes.keySet()) {
        float[] direction = random(values.get(name).length, 1);
        SlopeAlong along = new SlopeAlong(name, direction);
        runner(build, engine).gradients(BATCH, LossScale.MEAN_OF_TARGETS, 0, along);
        // The error of differences falls with the square of the step (Richardson, 1911).
        double slope =
            (4 * difference(name, direction, STEP / 2, build, engine)
                    - difference(name, direction, STEP, build, engine))
                / 3;
        assertEquals(slope, along.slope(), 2e-4 + 5e-4 * Math.abs(slope), name);
      }
    }
  }

  private Set<String> parameters(Function<Weights, Model> build) {
    return new LinkedHashSet<>(
        build.apply(weights()).parameters().stream().map(ModelParameter::name).toList());
  }

  private ModelRunner runner(Function<Weights, Model> build, Engine engine) {
    return new ModelRunner(build.apply(weights()), engine, tokens -> {});
  }

  private double difference(
      String name, float[] direction, float step, Function<Weights, Model> build, Engine engine) {
    float[] original = values.get(name);
    values.put(name, moved(original, direction, step));
    double above = loss(runner(build, engine));
    values.put(name, moved(original, direction, -step));
    double below = loss(runner(build, engine));
    values.put(name, original);
    return (above - below) / (2 * step);
  }

  private static double loss(ModelRunner runner) {
    Losses losses = runner.losses(BATCH);
    return (losses.sum(0) + losses.sum(1)) / losses.targets().count();
  }

  private static float[] moved(float[] from, float[] direction, float by) {
    float[] moved = from.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += by * direction[i];
    }
    return moved;
  }
}
