package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN and infinity in inputs, and results that are too large for their type. */
class NonFiniteEntriesTest {

  private static final int ROWS = 3;
  private static final int COLUMNS = Blocks.LENGTH;

  private static MemoryCheckpoint model(String name, DType dtype, float... head) {
    float[] x = Runs.gaussian(ROWS * COLUMNS, name.hashCode());
    System.arraycopy(head, 0, x, COLUMNS + 5, head.length);
    return new MemoryCheckpoint(name).with("w", dtype, Shape.of(ROWS, COLUMNS), x);
  }

  private static RecipeBuilder recipe(String method) {
    RecipeBuilder recipe = new RecipeBuilder(method);
    for (String model : List.of("a", "b")) {
      recipe.model(
          model,
          switch (method) {
            case "linear", "task_arithmetic" -> Map.of("weight", 0.5);
            case "sce" -> Map.of();
            default -> Map.of("weight", 0.5, "density", 0.7);
          });
    }
    return recipe;
  }

  private static String refused(MergePlan plan) {
    return assertThrows(CheckpointException.class, () -> Runs.run(plan, 2)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "ties, NaN",
    "ties, Infinity",
    "della, NaN",
    "dare_ties, NaN",
    "sce, NaN",
    "task_arithmetic, NaN"
  })
  void anInputWithEntriesThatAreNoNumbersIsRefusedByName(String method, float bad) {
    MergePlan plan =
        Runs.plan(
            recipe(method),
            model("base", DType.F32),
            model("a", DType.F32),
            model("b", DType.F32, bad, 1, bad));
    assertEquals(
        "b: tensor 'w' has 2 entries that are no finite numbers, the first "
            + bad
            + " at [1, 5]; repair the model, or say 'non_finite: warn' in the recipe to merge it as"
            + " it is",
        refused(plan));
  }

  @Test
  void theBaseIsLookedAtToo() {
    MergePlan plan =
        Runs.plan(
            recipe("task_arithmetic"),
            model("base", DType.BF16, Float.NEGATIVE_INFINITY),
            model("a", DType.BF16),
            model("b", DType.BF16));
    assertTrue(
        refused(plan).startsWith("base: tensor 'w' has an entry that is no finite number, "));
  }

  @Test
  void aCopiedTensorIsLookedAtToo() {
    RecipeBuilder recipe = new RecipeBuilder("passthrough").model("a", Map.of());
    MergePlan plan = Runs.plan(recipe, null, model("a", DType.F16, Float.NaN));
    assertTrue(refused(plan).startsWith("a: tensor 'w' has an entry that is no finite number, "));
    MergePlan converted =
        Runs.plan(recipe.dtype(DType.BF16), null, model("a", DType.F16, Float.NaN));
    assertTrue(refused(converted).startsWith("a: tensor 'w' has an entry that is no finite"));
  }

  @Test
  void aResultThatIsTooLargeForItsTypeIsRefusedByName() {
    MergePlan plan =
        Runs.plan(
            recipe("linear").dtype(DType.F16),
            null,
            model("a", DType.F32, 1e5f),
            model("b", DType.F32, 1e5f));
    assertEquals(
        "tensor 'w': an entry of the result is too large for F16, the first 100000.0 at [1, 5];"
            + " choose a dtype of larger range, such as bfloat16, or say 'non_finite: warn' in the"
            + " recipe",
        refused(plan));
  }

  @Test
  void aResultThatIsTooLargeForAnyTypeWantsSmallerWeights() {
    MergePlan plan =
        Runs.plan(
            new RecipeBuilder("linear")
                .model("a", Map.of("weight", 1.0))
                .model("b", Map.of("weight", 1.0))
                .parameter("normalize", false)
                .dtype(DType.BF16),
            null,
            model("a", DType.F32, 3e38f),
            model("b", DType.F32, 3e38f));
    assertTrue(refused(plan).contains("; choose smaller weights or factors, or say"));
  }

  @ParameterizedTest
  @CsvSource({"model_stock", "sce"})
  void sumsThatAreNoNumbersAreNotLaidToTheirType(String method) {
    MergePlan plan =
        Runs.plan(
            new RecipeBuilder(method).model("a", Map.of()).model("b", Map.of()),
            model("base", DType.F32, -3e38f),
            model("a", DType.F32, 3e38f),
            model("b", DType.F32, -3e38f));
    String message = refused(plan);
    assertTrue(message.contains("too large for float32 on the way, the first NaN"), message);
    assertTrue(message.contains("choose another method"), message);
  }

  @ParameterizedTest
  @CsvSource({"linear, 3e38", "task_arithmetic, -1e38", "linear, 1e-30"})
  void sumsOfLargeWeightsDoNotOverflowWhereTheirMeanDoesNot(String method, float value) {
    RecipeBuilder recipe = new RecipeBuilder(method).parameter("normalize", true);
    List.of("a", "b").forEach(model -> recipe.model(model, Map.of("weight", 3)));
    MergePlan plan =
        Runs.plan(
            recipe,
            method.equals("linear") ? null : model("base", DType.F32, -value),
            model("a", DType.F32, value),
            model("b", DType.F32, value));
    float[] merged = MemoryCheckpoint.decode(DType.F32, Runs.run(plan, 2).bytes("w"));
    assertEquals(value, merged[COLUMNS + 5], Math.abs(value) * 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"WARN", "ALLOW"})
  void orTheyAreMergedAsTheyAre(Recipe.NonFinite policy) {
    MergePlan plan =
        Runs.plan(
            recipe("linear").nonFinite(policy),
            null,
            model("a", DType.F32, Float.NaN),
            model("b", DType.F32));
    List<String> warnings = new ArrayList<>();
    MemorySink sink = new MemorySink(plan);
    new MergeExecutor(plan, 2, Kernels.get())
        .run(
            Runs.order(plan),
            sink,
            new ProgressListener() {
              @Override
              public void started(String phase, long bytes) {}

              @Override
              public void advanced(long bytes) {}

              @Override
              public void warned(String message) {
                warnings.add(message);
              }
            });
    float[] merged = MemoryCheckpoint.decode(DType.F32, sink.bytes("w"));
    assertTrue(Float.isNaN(merged[COLUMNS + 5]));
    assertEquals(
        policy == Recipe.NonFinite.ALLOW
            ? List.of()
            : List.of(
                "a: tensor 'w' has an entry that is no finite number, the first NaN at [1, 5]"),
        warnings);
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void whatATypeCanHoldIsWhatItsEncodingKeepsFinite(DType dtype) {
    float greatest = dtype.greatestEncoded();
    float kept = MemoryCheckpoint.decode(dtype, MemoryCheckpoint.encode(dtype, greatest))[0];
    assertTrue(
        Float.isFinite(kept) && Math.abs(kept - greatest) <= greatest / 8, dtype + " " + kept);
    if (greatest < Float.MAX_VALUE) {
      float above = Math.nextUp(greatest);
      float lost = MemoryCheckpoint.decode(dtype, MemoryCheckpoint.encode(dtype, above))[0];
      assertTrue(
          !Float.isFinite(lost) || dtype == DType.F8_E4M3 && lost == 448, dtype + " " + lost);
    }
  }

  @Test
  void entriesAreCountedByMagnitude() {
    float[] x = {1, -1, 2, -2.5f, Float.NaN, -0f, Float.NEGATIVE_INFINITY, Float.MIN_VALUE};
    int[] counts = new int[4];
    counts[0] = Elementwise.countAbove(x, 1, x.length);
    counts[1] = Elementwise.countAbove(x, 0, x.length);
    counts[2] = Elementwise.countAbove(x, Float.MAX_VALUE, x.length);
    counts[3] = Elementwise.countAbove(x, 2, 4);
    assertArrayEquals(new int[] {4, 7, 2, 1}, counts);
  }
}
