package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.amalgam.core.block.Draws;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.MersenneTwister;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {

  private static final int[] LENGTHS = {5, 7, 11, 13};

  // Stored in another order than that of their names, in which UTF-16 differs from code points.
  private static final List<String> NAMES = List.of("b", "\ud83d\ude42", "a", "\uffee");
  private static final List<String> SORTED = List.of("a", "b", "\uffee", "\ud83d\ude42");

  @Test
  void mergekitsStreamRunsThroughTensorsByNameAndThroughTheirExperts() {
    var plan = plan(Recipe.RandomMasks.MERGEKIT, 0.5, 0.5);
    assertStream(plan, 0, 1);
  }

  @Test
  void expertsThatDropNothingTakeNothingFromTheStream() {
    var plan = plan(Recipe.RandomMasks.MERGEKIT, 1, 0.5);
    assertStream(plan, 1);
  }

  @Test
  void expertsThatDropEverythingTakeTheirPart() {
    var plan = plan(Recipe.RandomMasks.MERGEKIT, 0, 0.5);
    assertStream(plan, 0, 1);
  }

  @Test
  void theSameModelListedTwiceIsDroppedDifferently() {
    for (Recipe.RandomMasks masks : Recipe.RandomMasks.values()) {
      var plan = plan(masks, 0.5, 0.5);
      List<Draws> draws = draws(plan, "a");
      assertFalse(Arrays.equals(fill(draws.get(0), 11), fill(draws.get(1), 11)), masks.name());
    }
  }

  private static void assertStream(MergePlan plan, int... drawing) {
    var stream = new MersenneTwister((int) Runs.SEED);
    for (String name : SORTED) {
      int length = LENGTHS[NAMES.indexOf(name)];
      List<Draws> draws = draws(plan, name);
      for (int expert : drawing) {
        int[] expected = new int[length];
        stream.fill(expected, length);
        for (int i = 0; i < length; i++) {
          expected[i] <<= 8;
        }
        assertArrayEquals(expected, fill(draws.get(expert), length), name);
      }
    }
  }

  private static List<Draws> draws(MergePlan plan, String tensor) {
    return plan.tensors().stream()
        .filter(t -> t.output().name().equals(tensor))
        .map(t -> new RandomStreams(plan, Kernels.get()).draws((TensorPlan.Merged) t))
        .findFirst()
        .orElseThrow();
  }

  private static int[] fill(Draws draws, int count) {
    int[] drawn = new int[count];
    draws.fill(0, drawn, count);
    return drawn;
  }

  private static MergePlan plan(Recipe.RandomMasks masks, double first, double second) {
    var base = new MemoryCheckpoint("base");
    for (int i = 0; i < LENGTHS.length; i++) {
      base.with(NAMES.get(i), DType.F32, Shape.of(LENGTHS[i]), new float[LENGTHS[i]]);
    }
    base.with("aa.ids", DType.I8, Shape.of(3), new byte[3]);
    var model = new MemoryCheckpoint("model");
    base.tensors().forEach(t -> model.with(t.name(), t.dtype(), t.shape(), base.bytes(t.name())));
    var recipe =
        new RecipeBuilder("dare_linear")
            .masks(masks)
            .model("model", Map.of("weight", 1, "density", first))
            .model("model", Map.of("weight", 1, "density", second));
    return Runs.plan(recipe, base, model, model);
  }
}
