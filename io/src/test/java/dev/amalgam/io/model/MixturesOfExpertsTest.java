package dev.amalgam.io.model;

import static dev.amalgam.io.model.ImportanceRuns.gradient;
import static dev.amalgam.io.model.ImportanceRuns.scores;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MixturesOfExpertsTest {

  private static final Path FIXTURES = Path.of("src/test/resources/hf-moe");
  private static final String BLOCK = "model.layers.0.block_sparse_moe.experts.";

  // Of the mixtures in the fixtures of Mixtral.
  private static final int EXPERTS = 5;
  private static final int HIDDEN = 24;
  private static final int WIDTH = 20;

  /** A weight that tells which of its elements are read. */
  private record Watched(Weight weight, Set<String> read) implements Weight {
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
      for (int i = 0; i < count; i++) {
        read.add(name() + " " + (from + i));
      }
      weight.read(from, count, target, at, buffer);
    }
  }

  @ParameterizedTest
  @CsvSource({"mixtral-stacked, experts.down_proj", "mixtral-apart, w2.weight"})
  void onlyTheExpertsThatTokensChooseAreRead(String fixture, String part) {
    Path folder = FIXTURES.resolve(fixture);
    Set<String> read = new ConcurrentSkipListSet<>();
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder);
        Engine engine = new Engine(2, Kernels.get())) {
      Weights watched =
          new CheckpointWeights(checkpoint)
              .mapped(
                  (name, weight) ->
                      name.contains("layers.0.") && name.endsWith(part)
                          ? new Watched(weight, read)
                          : weight);
      ModelRunner runner =
          new ModelRunner(
              ModelFamilies.build(new ModelSource(config(folder), watched), Optional.empty()),
              engine,
              _ -> {});
      runner.features(new Batch(List.of(Example.ofText(new int[] {7}))), _ -> {});
      // One token chooses two experts in each of two layers.
      assertEquals(2 * HIDDEN * WIDTH, read.size());
      assertEquals(2 * EXPERTS, engine.experts().experts());
      assertEquals(2 * EXPERTS - 4, engine.experts().unchosen());
    }
  }

  private static ModelConfig config(Path folder) {
    return ConfigFile.read(folder.resolve(ConfigFile.NAME)).values();
  }

  private static Map<String, float[]> importance(String fixture, Level level) {
    return run(fixture, level).importance();
  }

  private static Map<String, double[]> signed(String fixture, Level level) {
    return run(fixture, level).signed();
  }

  /** Scores a delta of a tenth of each weight. */
  private static ImportanceRuns.Scores run(String fixture, Level level) {
    Path folder = FIXTURES.resolve(fixture);
    List<Example> examples =
        Examples.of(Tensors.read(folder.resolve("expected.safetensors"))).examples();
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder)) {
      Weights base = new CheckpointWeights(checkpoint);
      Weights tuned = base.mapped((_, weight) -> new Larger(weight));
      Expert expert = new Expert(new FineTuned(base, tuned), config(folder));
      return scores(expert, gradient(level), examples);
    }
  }

  /** A weight whose entries are a tenth larger. */
  private record Larger(Weight weight) implements Weight {
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
      for (int i = at; i < at + count; i++) {
        target[i] *= 1.1f;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Level.class,
      names = {"ROW", "ELEMENT"})
  void rowsOfAStackScoreAsThoseOfExpertsStoredApart(Level level) {
    Map<String, float[]> apart = importance("mixtral-apart", level);
    Map<String, float[]> stacked = importance("mixtral-stacked", level);
    float[] gatesAndUps = stacked.get("model.layers.0.mlp.experts.gate_up_proj");
    float[] downs = stacked.get("model.layers.0.mlp.experts.down_proj");
    for (int expert = 0; expert < EXPERTS; expert++) {
      float[] gate = apart.get(BLOCK + expert + ".w1.weight");
      float[] up = apart.get(BLOCK + expert + ".w3.weight");
      float[] down = apart.get(BLOCK + expert + ".w2.weight");
      int from = expert * (gate.length + up.length);
      assertArrayEquals(gate, Arrays.copyOfRange(gatesAndUps, from, from + gate.length));
      assertArrayEquals(
          up, Arrays.copyOfRange(gatesAndUps, from + gate.length, from + 2 * gate.length));
      assertArrayEquals(
          down, Arrays.copyOfRange(downs, expert * down.length, (expert + 1) * down.length));
    }
    assertTrue(downs[0] != 0);
  }

  @Test
  void columnsOfAStackAreThoseOfAllExpertsTogether() {
    String down = "model.layers.0.mlp.experts.down_proj";
    double[] scores = signed("mixtral-stacked", Level.COLUMN).get(down);
    double[] tensor = signed("mixtral-stacked", Level.TENSOR).get(down);
    assertArrayEquals(tensor, scores, 2e-6);
    assertEquals(WIDTH, importance("mixtral-stacked", Level.COLUMN).get(down).length);
  }
}
