package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.WEIGHT;
import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.plan.Planning.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapesAndTypesTest {

  private static final Shape PAIR = Shape.of(2);

  @Test
  void tensorsOfDifferentShapesAreAnErrorThatNamesBoth() {
    assertRefused(
        CheckpointException.class,
        List.of("b: tensor 'x' has shape [3, 2], but [2, 3] in a"),
        linear(),
        null,
        new MemoryCheckpoint("a").with("x", DType.F32, Shape.of(2, 3), new float[6]),
        new MemoryCheckpoint("b").with("x", DType.F32, Shape.of(3, 2), new float[6]));
  }

  @Test
  void ranksMatterToo() {
    assertRefused(
        CheckpointException.class,
        List.of("b: tensor 'x' has shape [1, 2], but [2] in a"),
        linear(),
        null,
        floats("a", DType.F32),
        new MemoryCheckpoint("b").with("x", DType.F32, Shape.of(1, 2), 1, 2));
  }

  @Test
  void equalIntegersAreCopiedAndKeepTheirType() {
    byte[] bytes = new byte[16];
    bytes[9] = 5;
    var a = new MemoryCheckpoint("a").with("x", DType.I64, PAIR, bytes);
    var b = new MemoryCheckpoint("b").with("x", DType.I64, PAIR, bytes);
    MergePlan plan = plan(linear().outDtype(DType.BF16), null, a, b);
    var copied = assertInstanceOf(TensorPlan.Copied.class, tensor(plan, "x"));
    assertEquals(DType.I64, copied.output().dtype());
    assertSame(a, copied.source().checkpoint());
  }

  @Test
  void integersThatDifferAnywhereAreAnError() {
    int count = (1 << 20) + 1;
    byte[] bytes = new byte[count];
    var a = new MemoryCheckpoint("a").with("x", DType.U8, Shape.of(count), bytes);
    bytes[count - 1] = 1;
    var b = new MemoryCheckpoint("b").with("x", DType.U8, Shape.of(count), bytes);
    assertRefused(
        CheckpointException.class,
        List.of("b: tensor 'x' (U8) differs from that of a (U8)", "dequantize the models first"),
        linear(),
        null,
        a,
        b);
  }

  @Test
  void integersOfDifferentTypesAreAnError() {
    assertRefused(
        CheckpointException.class,
        List.of("b: tensor 'x' (I16) differs from that of a (F8_E8M0)"),
        linear(),
        null,
        new MemoryCheckpoint("a").with("x", DType.F8_E8M0, PAIR, new byte[2]),
        new MemoryCheckpoint("b").with("x", DType.I16, PAIR, new byte[4]));
  }

  @Test
  void numbersAndIntegersDoNotMix() {
    var numbers = floats("numbers", DType.F32);
    var integers = new MemoryCheckpoint("integers").with("x", DType.I8, PAIR, new byte[2]);
    assertRefused(
        CheckpointException.class,
        List.of("integers: tensor 'x' is I8 and cannot be merged with F32 of numbers"),
        linear(),
        null,
        numbers,
        integers);
    assertRefused(
        CheckpointException.class,
        List.of("numbers: tensor 'x' (F32) differs from that of integers (I8), which holds no"),
        linear(),
        null,
        integers,
        numbers);
  }

  @Test
  void theOutputHasTheBasesTypeTensorByTensor() {
    var base = floats("base", DType.F16).with("y", DType.BF16, PAIR, 1, 2);
    var a = floats("a", DType.F32).with("y", DType.F64, PAIR, 1, 2);
    MergePlan plan = plan(new RecipeBuilder("task_arithmetic").model("a", WEIGHT), base, a);
    assertEquals(DType.F16, tensor(plan, "x").output().dtype());
    assertEquals(DType.BF16, tensor(plan, "y").output().dtype());
  }

  @Test
  void withoutABaseTheOutputHasTheFirstModelsType() {
    MergePlan plan = plan(linear(), null, floats("a", DType.F8_E4M3), floats("b", DType.F32));
    assertEquals(DType.F8_E4M3, tensor(plan, "x").output().dtype());
  }

  @Test
  void dtypeIsTheOutputsTypeUnlessOutDtypeIs() {
    var a = floats("a", DType.F32);
    var b = floats("b", DType.F32);
    assertEquals(
        DType.F16, tensor(plan(linear().dtype(DType.F16), null, a, b), "x").output().dtype());
    assertEquals(
        DType.BF16,
        tensor(plan(linear().dtype(DType.F16).outDtype(DType.BF16), null, a, b), "x")
            .output()
            .dtype());
    assertEquals(
        DType.F64, tensor(plan(linear().outDtype(DType.F64), null, a, b), "x").output().dtype());
  }

  @Test
  void passthroughCopiesBytesUnlessTheTypeChanges() {
    var a = floats("a", DType.F16);
    var copied =
        assertInstanceOf(TensorPlan.Copied.class, tensor(plan(passthrough(), null, a), "x"));
    assertSame(a, copied.source().checkpoint());
    assertInstanceOf(
        TensorPlan.Copied.class, tensor(plan(passthrough().dtype(DType.F16), null, a), "x"));
    var converted = plan(passthrough().dtype(DType.F32), null, a);
    assertInstanceOf(TensorPlan.Merged.class, tensor(converted, "x"));
    assertEquals(DType.F32, tensor(converted, "x").output().dtype());
    var scaled = new RecipeBuilder("passthrough").model("a", Map.of("scale", 0.5));
    assertInstanceOf(TensorPlan.Merged.class, tensor(plan(scaled, null, a), "x"));
  }

  @Test
  void anOptionalBaseIsAnInputOnlyWhereTheRecipeNamesOne() {
    var base = floats("base", DType.F32);
    var a = floats("a", DType.F32);
    var b = floats("b", DType.F32);
    for (String method : new String[] {"nuslerp", "multislerp"}) {
      var recipe = new RecipeBuilder(method).model("a", WEIGHT).model("b", WEIGHT);
      var without =
          assertInstanceOf(TensorPlan.Merged.class, tensor(plan(recipe, null, a, b), "x"));
      assertTrue(without.base().isEmpty());
      var with = assertInstanceOf(TensorPlan.Merged.class, tensor(plan(recipe, base, a, b), "x"));
      assertSame(base, with.base().orElseThrow().checkpoint());
      var listed = recipe.model("base", WEIGHT);
      var merged =
          assertInstanceOf(TensorPlan.Merged.class, tensor(plan(listed, base, a, b, base), "x"));
      assertEquals(2, merged.experts().size());
    }
  }

  private static MemoryCheckpoint floats(String name, DType dtype) {
    return new MemoryCheckpoint(name).with("x", dtype, PAIR, 1, 2);
  }

  private static RecipeBuilder linear() {
    return new RecipeBuilder("linear").model("a", WEIGHT).model("b", WEIGHT);
  }

  private static RecipeBuilder passthrough() {
    return new RecipeBuilder("passthrough").model("a", Map.of());
  }
}
