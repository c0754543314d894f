package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MergeExecutorTest {

  private static final List<Shape> SHAPES =
      List.of(
          Shape.of(),
          Shape.of(0),
          Shape.of(0, 5),
          Shape.of(5, 0),
          Shape.of(1),
          Shape.of(7, 13),
          Shape.of(1, 129),
          Shape.of(129, 1),
          Shape.of(70_001),
          Shape.of(257, 311),
          Shape.of(3, 5, 4999));
  private static final DType[] TYPES = {DType.F32, DType.BF16, DType.F16, DType.F64};

  // Those that ask models are tested where there are some.
  static Stream<String> methods() {
    return MergeMethods.all().stream()
        .filter(method -> !(method instanceof EvidenceMethod))
        .map(MergeMethod::name);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theBytesDependNeitherOnThreadsNorOnKernels(String method) {
    for (Recipe.RandomMasks masks : masks(method)) {
      MergePlan plan = plan(method, masks);
      MemorySink expected = Runs.run(plan, 1);
      for (int threads : new int[] {2, 3, 7}) {
        assertSameBytes(plan, expected, Runs.run(plan, threads), threads + " threads");
      }
      assertSameBytes(plan, expected, Runs.run(plan, 2, Kernels.scalar()), "scalar kernels");
    }
  }

  @ParameterizedTest
  @CsvSource({"nuslerp, false", "nuslerp, true", "model_stock, true"})
  void theBytesOfRowsAndColumnsDependOnNoThreadsEither(String method, boolean flag) {
    RecipeBuilder recipe = new RecipeBuilder(method);
    List<MemoryCheckpoint> models = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      Map<String, Object> weight = Map.of("weight", 0.3 * seed);
      recipe.model(Integer.toString(seed), reads(method, "weight") ? weight : Map.of());
      models.add(model(seed));
    }
    if (method.equals("nuslerp")) {
      recipe.parameter("nuslerp_flatten", false).parameter("nuslerp_row_wise", flag);
    } else {
      recipe.parameter("filter_wise", flag);
    }
    MergePlan plan = Runs.plan(recipe, model(0), models.toArray(MemoryCheckpoint[]::new));
    MemorySink expected = Runs.run(plan, 1);
    for (int threads : new int[] {2, 3, 7}) {
      assertSameBytes(plan, expected, Runs.run(plan, threads), threads + " threads");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aMergeIsNeitherTheBaseNorAModel(String method) {
    if (!method.equals("passthrough")) {
      MergePlan plan = plan(method, Recipe.RandomMasks.COUNTER);
      byte[] merged = Runs.run(plan, 2).bytes("t9");
      for (int seed = 0; seed <= 3; seed++) {
        assertFalse(Arrays.equals(merged, model(seed).bytes("t9")));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void everyTypeOfNumbersIsReadAndWritten(DType dtype) {
    Shape shape = Shape.of(40_001);
    var a = new MemoryCheckpoint("a").with("x", dtype, shape, Runs.gaussian(40_001, 1));
    var b = new MemoryCheckpoint("b").with("x", dtype, shape, Runs.gaussian(40_001, 2));
    MergePlan plan = Runs.plan(mean(), null, a, b);
    assertMean(a, b, dtype, Runs.run(plan, 2).bytes("x"));
  }

  @Test
  void inputsOfDifferentTypesAreMergedInFloat32AndRoundedOnce() {
    Shape shape = Shape.of(33, 1001);
    var a = new MemoryCheckpoint("a").with("x", DType.F8_E5M2, shape, Runs.gaussian(33_033, 1));
    var b = new MemoryCheckpoint("b").with("x", DType.F64, shape, Runs.gaussian(33_033, 2));
    for (DType out : new DType[] {DType.F32, DType.BF16, DType.F16}) {
      MergePlan plan = Runs.plan(mean().outDtype(out), null, a, b);
      assertMean(a, b, out, Runs.run(plan, 2).bytes("x"));
    }
  }

  @Test
  void tensorsWithoutNumbersAndPassedThroughAreCopiedToTheByte() {
    byte[] bytes = new byte[3 << 19];
    new java.util.Random(4).nextBytes(bytes);
    var a =
        new MemoryCheckpoint("a")
            .with("ids", DType.U8, Shape.of(bytes.length), bytes)
            .with("packed", DType.F4, Shape.of(2 * bytes.length), bytes)
            // Signalling NaNs and all: a conversion would change them.
            .with("numbers", DType.F16, Shape.of(bytes.length / 2), bytes)
            .with("none", DType.I64, Shape.of(0), new byte[0]);
    MergePlan plan =
        Runs.plan(
            new RecipeBuilder("passthrough").model("a", Map.of()).nonFinite(Recipe.NonFinite.ALLOW),
            null,
            a);
    for (int threads : new int[] {1, 3}) {
      MemorySink sink = Runs.run(plan, threads);
      for (String tensor : List.of("ids", "packed", "numbers", "none")) {
        assertArrayEquals(a.bytes(tensor), sink.bytes(tensor), tensor);
      }
    }
  }

  @Test
  void tensorsAreCompletedInTheOrderAskedFor() {
    MergePlan plan = plan("linear", Recipe.RandomMasks.COUNTER);
    List<String> order = Runs.order(plan);
    assertEquals(order, Runs.run(plan, 3).completed());
  }

  @Test
  void theMaskOfATensorDoesNotDependOnTheOrderOfTensors() {
    for (Recipe.RandomMasks masks : Recipe.RandomMasks.values()) {
      MergePlan plan = plan("dare_linear", masks);
      MemorySink reversed = Runs.run(plan, 2);
      MemorySink sink = new MemorySink(plan);
      List<String> order = Runs.order(plan).reversed();
      new MergeExecutor(plan, 2, Kernels.get()).run(order, sink, ProgressListener.NONE);
      assertSameBytes(plan, reversed, sink, "order");
    }
  }

  @Test
  void progressCountsTheBytesWritten() {
    MergePlan plan = plan("ties", Recipe.RandomMasks.COUNTER);
    AtomicLong bytes = new AtomicLong();
    ProgressListener counter =
        new ProgressListener() {
          @Override
          public void started(String phase, long total) {}

          @Override
          public void advanced(long more) {
            bytes.addAndGet(more);
          }
        };
    new MergeExecutor(plan, 3, Kernels.get()).run(Runs.order(plan), new MemorySink(plan), counter);
    assertEquals(plan.outputs().stream().mapToLong(TensorInfo::bytes).sum(), bytes.get());
  }

  @Test
  void theEstimatedMemoryGrowsWithThreadsAndExpertsAndNotWithTheModel() {
    MergePlan two = plan("linear", Recipe.RandomMasks.COUNTER);
    long one = new MergeExecutor(two, 1, Kernels.get()).estimatedMemory();
    assertEquals(5 * one, new MergeExecutor(two, 5, Kernels.get()).estimatedMemory());
    assertTrue(one < 10_000_000, () -> "estimated " + one);
    Shape large = Shape.of(100_000, 300);
    var a = new MemoryCheckpoint("a").with("x", DType.BF16, large, new byte[60_000_000]);
    MergePlan largeModel = Runs.plan(mean(), null, a, a);
    assertTrue(new MergeExecutor(largeModel, 1, Kernels.get()).estimatedMemory() <= one);
  }

  @Test
  void whatAMergeHoldsOfAWholeTensorIsEstimatedOnceWhateverTheThreads() {
    long[] estimated = new long[2];
    long difference = 0;
    for (int threads = 1; threads <= 2; threads++) {
      long plain = estimate("task_arithmetic", threads);
      estimated[threads - 1] = estimate("tsv_m", threads) - plain;
      difference = estimated[1] - estimated[0];
    }
    // Three deltas of 257 × 311 in float32, two such matrices in float64, and the inputs read once.
    assertTrue(estimated[0] > 257 * 311 * (3 * 4 + 2 * 8), () -> "estimated " + estimated[0]);
    assertEquals(0, difference);
  }

  private static long estimate(String method, int threads) {
    MergePlan plan = plan(method, Recipe.RandomMasks.COUNTER);
    return new MergeExecutor(plan, threads, Kernels.get()).estimatedMemory();
  }

  private static void assertMean(MemoryCheckpoint a, MemoryCheckpoint b, DType out, byte[] actual) {
    float[] x = a.elements("x");
    float[] y = b.elements("x");
    float[] mean = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      mean[i] = (0.25f * x[i] + 0.75f * y[i]) / 1f;
    }
    assertArrayEquals(MemoryCheckpoint.encode(out, mean), actual);
  }

  private static RecipeBuilder mean() {
    return new RecipeBuilder("linear")
        .model("a", Map.of("weight", 0.25))
        .model("b", Map.of("weight", 0.75));
  }

  private static void assertSameBytes(
      MergePlan plan, MemorySink expected, MemorySink actual, String what) {
    for (TensorInfo tensor : plan.outputs()) {
      assertArrayEquals(
          expected.bytes(tensor.name()), actual.bytes(tensor.name()), () -> tensor + ", " + what);
    }
  }

  private static List<Recipe.RandomMasks> masks(String method) {
    boolean random = method.startsWith("dare") || method.startsWith("della");
    return random ? List.of(Recipe.RandomMasks.values()) : List.of(Recipe.RandomMasks.COUNTER);
  }

  private static MergePlan plan(String method, Recipe.RandomMasks masks) {
    RecipeBuilder recipe = new RecipeBuilder(method).masks(masks);
    if (method.equals("passthrough")) {
      return Runs.plan(recipe.model("1", Map.of()).outDtype(DType.BF16), null, model(1));
    }
    if (reads(method, "t")) {
      recipe.parameter("t", method.equals("slerp") ? 0.3 : 0.01);
    }
    List<MemoryCheckpoint> models = new ArrayList<>();
    for (int seed = 1; seed <= mostModels(method); seed++) {
      Map<String, Object> weight = Map.of("weight", 0.3 * seed);
      recipe.model(Integer.toString(seed), reads(method, "weight") ? weight : Map.of());
      models.add(model(seed));
    }
    if (reads(method, "density")) {
      recipe.parameter("density", 0.4).parameter("rescale", true);
    }
    if (reads(method, "select_topk")) {
      recipe.parameter("select_topk", 0.4);
    }
    return Runs.plan(recipe, model(0), models.toArray(MemoryCheckpoint[]::new));
  }

  private static boolean reads(String method, String parameter) {
    return MergeMethods.named(method).parameters().stream()
        .anyMatch(p -> p.name().equals(parameter));
  }

  private static int mostModels(String method) {
    return switch (method) {
      case "slerp", "nearswap", "arcee_fusion" -> 1;
      case "nuslerp" -> 2;
      default -> 3;
    };
  }

  private static MemoryCheckpoint model(int seed) {
    MemoryCheckpoint model = new MemoryCheckpoint(Integer.toString(seed));
    for (int i = 0; i < SHAPES.size(); i++) {
      Shape shape = SHAPES.get(i);
      int elements = (int) shape.elements();
      DType dtype = TYPES[(i + seed) % TYPES.length];
      model.with("t" + i, dtype, shape, Runs.gaussian(elements, 100 * i + seed));
    }
    return model.with("ids", DType.I64, Shape.of(1), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
  }
}
