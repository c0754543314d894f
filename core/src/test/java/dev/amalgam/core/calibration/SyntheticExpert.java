package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * An expert of a few tensors, no entry of whose delta is 0, and the scores of its entries, for
 * tests. The base is 0.
 */
public final class SyntheticExpert {

  private record Kind(Shape shape, boolean inputsFirst, String layer, String module) {}

  private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("embed.weight", new Kind(Shape.of(40, 16), false, "embedding", "embedding"));
    KINDS.put("a.weight", new Kind(Shape.of(24, 16), false, "layers.0", "layers.0.mlp"));
    KINDS.put("a.bias", new Kind(Shape.of(24), false, "layers.0", "layers.0.mlp"));
    KINDS.put("norm.weight", new Kind(Shape.of(16), false, "layers.0", "layers.0.norms"));
    KINDS.put("conv.weight", new Kind(Shape.of(16, 24), true, "layers.1", "layers.1.mlp"));
    KINDS.put("conv.bias", new Kind(Shape.of(24), false, "layers.1", "layers.1.mlp"));
    // More than one chunk of a scan.
    KINDS.put("big.weight", new Kind(Shape.of(137, 257), false, "layers.1", "layers.1.attention"));
    KINDS.put("one", new Kind(Shape.of(1), false, "head", "head"));
  }

  private final Map<String, float[]> deltas = new LinkedHashMap<>();
  private final Map<String, float[]> scores = new LinkedHashMap<>();
  private final String name;

  /** Makes an expert at random. */
  public SyntheticExpert(long seed) {
    this.name = "expert " + seed;
    Random random = new Random(seed);
    KINDS.forEach(
        (tensor, kind) -> {
          int count = (int) kind.shape().elements();
          float[] delta = new float[count];
          float[] score = new float[count];
          for (int i = 0; i < count; i++) {
            delta[i] = (float) (0.01 * random.nextGaussian() + 1e-5);
            // Few digits, so that many are equal.
            score[i] = Math.round(Math.exp(2 * random.nextGaussian()) * 16) / 4096f;
          }
          deltas.put(tensor, delta);
          scores.put(tensor, score);
        });
  }

  /** Returns the names of the tensors. */
  public static List<String> tensors() {
    return List.copyOf(KINDS.keySet());
  }

  /** Returns the number of all entries. */
  public static long elements() {
    return KINDS.values().stream().mapToLong(kind -> kind.shape().elements()).sum();
  }

  /** Returns the same density of every tensor. */
  public static Map<String, Double> everywhere(double density) {
    Map<String, Double> all = new HashMap<>();
    KINDS.keySet().forEach(tensor -> all.put(tensor, density));
    return all;
  }

  /** Returns a base of zeros. */
  public static MemoryCheckpoint base() {
    Map<String, float[]> zeros = new LinkedHashMap<>();
    KINDS.forEach((t, kind) -> zeros.put(t, new float[(int) kind.shape().elements()]));
    return checkpoint("base", zeros);
  }

  private static MemoryCheckpoint checkpoint(String name, Map<String, float[]> tensors) {
    MemoryCheckpoint checkpoint = new MemoryCheckpoint(name);
    tensors.forEach((t, values) -> checkpoint.with(t, DType.F32, KINDS.get(t).shape(), values));
    return checkpoint;
  }

  /** Returns the delta of a tensor, to be changed. */
  public float[] delta(String tensor) {
    return deltas.get(tensor);
  }

  /** Returns the scores of a tensor's entries, to be changed. */
  public float[] scores(String tensor) {
    return scores.get(tensor);
  }

  /** Multiplies all deltas and scores. */
  public SyntheticExpert scaled(float ofDeltas, float ofScores) {
    deltas.values().forEach(x -> scale(x, ofDeltas));
    scores.values().forEach(x -> scale(x, ofScores));
    return this;
  }

  private static void scale(float[] x, float factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }

  /** Returns the tensors. */
  public MemoryCheckpoint checkpoint() {
    return checkpoint(name, deltas);
  }

  /** Returns the expert with scores of single entries. */
  public ScoredExpert scored(Level level, Map<String, Double> density) {
    FineTuned model = model();
    return new ScoredExpert(
        model, partitions(level, model), weights(scores), Level.ELEMENT, density);
  }

  /** Returns the expert with scores of the level's partitions, the sums of those of entries. */
  public ScoredExpert scoredCoarsely(Level level, Map<String, Double> density) {
    FineTuned model = model();
    Partitions partitions = partitions(level, model);
    Map<String, double[]> sums = new HashMap<>();
    partitions.counts().forEach((key, count) -> sums.put(key, new double[count.intValue()]));
    for (String tensor : partitions.tensors()) {
      var partitioning = partitions.of(tensor).orElseThrow();
      for (int i = 0; i < scores.get(tensor).length; i++) {
        sums.get(partitioning.key())[(int) partitioning.of(i)] += scores.get(tensor)[i];
      }
    }
    MemoryCheckpoint stored = new MemoryCheckpoint(name + "'s scores");
    sums.forEach(
        (key, values) -> {
          float[] rounded = new float[values.length];
          for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
          }
          stored.with(key, DType.F32, Shape.of(rounded.length), rounded);
        });
    return new ScoredExpert(model, partitions, new CheckpointWeights(stored), level, density);
  }

  private FineTuned model() {
    return new FineTuned(new CheckpointWeights(base()), weights(deltas));
  }

  private Weights weights(Map<String, float[]> tensors) {
    return new CheckpointWeights(checkpoint(name, tensors));
  }

  private static Partitions partitions(Level level, FineTuned model) {
    List<ModelParameter> parameters = new ArrayList<>();
    KINDS.forEach(
        (tensor, kind) ->
            parameters.add(
                new ModelParameter(
                    model.expert().find(tensor).orElseThrow(),
                    kind.inputsFirst(),
                    kind.layer(),
                    kind.module(),
                    0)));
    return new Partitions(level, parameters, model);
  }
}
