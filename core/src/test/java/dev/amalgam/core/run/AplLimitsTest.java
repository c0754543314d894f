package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.calibration.CalibrationSettings;
import dev.amalgam.core.calibration.ScoredExpert;
import dev.amalgam.core.calibration.SyntheticExpert;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.AplParts;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code merge_method: apl} is where its settings make it another method. */
class AplLimitsTest {

  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private final List<SyntheticExpert> experts =
      List.of(new SyntheticExpert(1), new SyntheticExpert(2));

  private MergePlan plan(RecipeBuilder recipe, Object density) {
    for (int e = 0; e < experts.size(); e++) {
      recipe.model("m" + e, Map.of("weight", 0.5 + e, "density", density));
    }
    return Runs.plan(
        recipe,
        SyntheticExpert.base(),
        experts.stream().map(SyntheticExpert::checkpoint).toArray(MemoryCheckpoint[]::new));
  }

  private static RecipeBuilder apl(Level level, Object tau1, Object tau2, String... words) {
    RecipeBuilder recipe =
        new RecipeBuilder("apl")
            .parameter("level", level.word())
            .parameter("tau1", tau1)
            .parameter("tau2", tau2)
            .parameter("lambda", 0.7);
    for (int i = 0; i < words.length; i += 2) {
      recipe.parameter(words[i], words[i + 1]);
    }
    return recipe;
  }

  private MemorySink run(MergePlan plan, int threads) {
    CalibrationSettings settings = AplParts.settings(plan.tasks());
    List<ScoredExpert> scored = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      Map<String, Double> density = new HashMap<>();
      for (TensorPlan tensor : plan.tensors()) {
        density.put(
            tensor.output().name(),
            AplParts.density(((TensorPlan.Merged) tensor).expertParameters().get(e)));
      }
      scored.add(experts.get(e).scored(settings.level(), density));
    }
    Calibration calibration = Calibration.of(scored, settings, threads, Kernels.get());
    MemorySink sink = new MemorySink(plan);
    new MergeExecutor(plan, AplParts.with(calibration), threads, Kernels.get())
        .run(Runs.order(plan), sink, ProgressListener.NONE);
    return sink;
  }

  private static void assertSame(MemorySink due, MemorySink actual) {
    for (String tensor : SyntheticExpert.tensors()) {
      assertArrayEquals(due.bytes(tensor), actual.bytes(tensor), tensor);
    }
  }

  @ParameterizedTest
  @CsvSource({"ELEMENT, 0.2", "ROW, 0.2", "MODEL, 0.9", "COLUMN, 1", "TENSOR, 0", "ROW, 1e-42"})
  void oneRateWithRandomSelectionIsDare(Level level, double density) {
    MergePlan dare =
        plan(
            new RecipeBuilder("dare_linear")
                .parameter("rescale", "inverse")
                .parameter("lambda", 0.7),
            density);
    MergePlan apl =
        plan(apl(level, INFINITE, INFINITE, "select", "random", "rescale", "inverse"), density);
    assertSame(Runs.run(dare, 1), run(apl, 2));
  }

  @Test
  void oneRateWithRandomSelectionIsDareWhereDensitiesDifferByTensor() {
    Object density = RecipeBuilder.where("weight", List.of(0.3, 0.6));
    RecipeBuilder dare =
        new RecipeBuilder("dare_linear").parameter("rescale", "inverse").parameter("lambda", 0.7);
    RecipeBuilder apl =
        apl(Level.ROW, INFINITE, INFINITE, "select", "random", "rescale", "inverse");
    assertSame(
        Runs.run(plan(dare.parameter("density", 1), density), 1),
        run(plan(apl.parameter("density", 1), density), 1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Level.class,
      names = {"MODEL", "ROW", "ELEMENT"})
  void equalWeightsOfWholeDeltasAreTaskArithmetic(Level level) {
    RecipeBuilder arithmetic = new RecipeBuilder("task_arithmetic").parameter("lambda", 0.7);
    for (int e = 0; e < experts.size(); e++) {
      arithmetic.model("m" + e, Map.of("weight", 0.5 + e));
    }
    MergePlan due =
        Runs.plan(
            arithmetic,
            SyntheticExpert.base(),
            experts.stream().map(SyntheticExpert::checkpoint).toArray(MemoryCheckpoint[]::new));
    for (String select : List.of("random", "magnitude", "importance", "sample")) {
      for (String rescale : List.of("none", "inverse", "capped", "importance", "l1")) {
        MergePlan apl = plan(apl(level, 0.3, INFINITE, "select", select, "rescale", rescale), 1);
        assertSame(Runs.run(due, 1), run(apl, 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "magnitude", "importance", "sample"})
  void theBytesDoNotDependOnThreads(String select) {
    for (Level level : List.of(Level.ROW, Level.COLUMN, Level.ELEMENT)) {
      MergePlan plan =
          plan(apl(level, 0.3, 0.5, "select", select, "rescale", "l1", "consensus", "sum"), 0.2);
      MemorySink due = run(plan, 1);
      assertSame(due, run(plan, 2));
      assertSame(due, run(plan, 3));
    }
  }

  /** A block of which an entry is no finite number is merged no other way than the others. */
  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "importance", "trim"})
  void anEntryThatIsInfiniteChangesNoOther(String select) {
    float[] large = big(select, 1e30f);
    float[] infinite = big(select, Float.POSITIVE_INFINITY);
    assertEquals(Float.POSITIVE_INFINITY, infinite[7]);
    infinite[7] = large[7];
    assertArrayEquals(large, infinite);
  }

  private float[] big(String select, float seventh) {
    experts.getFirst().delta("big.weight")[7] = seventh;
    experts.getFirst().scores("big.weight")[7] = 1e10f;
    RecipeBuilder recipe = apl(Level.TENSOR, 0.3, 0.5, "select", select, "rescale", "none");
    MergePlan plan = plan(recipe.nonFinite(Recipe.NonFinite.WARN), 0.2);
    return MemoryCheckpoint.decode(DType.F32, run(plan, 2).bytes("big.weight"));
  }

  @ParameterizedTest
  @CsvSource({"tau1, 0.5", "alpha, 1", "tau2, 1", "score, effect"})
  void settingsThatWeighTensorsAgainstEachOtherAreOne(String name, String value) {
    Object first = value.equals("effect") ? value : Double.valueOf(value);
    // Tensors that the filter passes over have the default.
    MergePlan plan =
        plan(
            apl(Level.ROW, 0.3, 0.3, "select", "random", "rescale", "none")
                .parameter(name, RecipeBuilder.where("big", first)),
            0.5);
    String message =
        assertThrows(RecipeException.class, () -> AplParts.settings(plan.tasks())).getMessage();
    assertTrue(message.contains("cannot differ from tensor to tensor"), message);
  }

  @Test
  void withoutImportanceThereIsNoMerge() {
    MergePlan plan = plan(apl(Level.ROW, 1, 1, "select", "random", "rescale", "none"), 0.5);
    String message = assertThrows(RecipeException.class, () -> Runs.run(plan, 1)).getMessage();
    assertEquals(
        "merge_method apl asks models and examples before it merges, and nobody has; run it through"
            + " MergeJob",
        message);
  }
}
