package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.WEIGHT;
import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.names;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.plan.Planning.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.name.Buffers;
import dev.amalgam.core.recipe.Recipe.Missing;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tensors that are no weights. */
class BuffersTest {

  private static final String IDS = "embeddings.position_ids";
  private static final String COUNT = "bn.num_batches_tracked";
  private static final String FREQUENCIES = "model.layers.0.self_attn.rotary_emb.inv_freq";
  private static final String MASK = "h.0.attn.bias";

  private static MemoryCheckpoint model(String name) {
    return new MemoryCheckpoint(name).with("w", DType.F32, Shape.of(1), 1);
  }

  private static byte[] longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  private static RecipeBuilder linear() {
    return new RecipeBuilder("linear").model("a", WEIGHT).model("b", WEIGHT);
  }

  /** Asserts that a buffer is copied from a model with its own type, and returns the notes. */
  private static List<String> assertCopied(
      String name, DType type, MemoryCheckpoint from, MemoryCheckpoint other) {
    MergePlan plan = plan(linear().dtype(DType.BF16), null, from, other);
    var copied = assertInstanceOf(TensorPlan.Copied.class, tensor(plan, name));
    assertSame(from, copied.source().checkpoint());
    assertEquals(type, copied.output().dtype());
    return plan.notes();
  }

  @Test
  void integersThatDifferAreTheTemplatesWithANote() {
    var a = model("a").with(COUNT, DType.I64, Shape.of(), longs(100));
    var b = model("b").with(COUNT, DType.I64, Shape.of(), longs(250));
    List<String> notes = assertCopied(COUNT, DType.I64, a, b);
    assertEquals(1, notes.size());
    assertTrue(
        notes.getFirst().contains("'b': 'bn.num_batches_tracked' differs"), notes.getFirst());
  }

  @Test
  void theSameValuesOfAnotherTypeAreTheSame() {
    var integers = model("a").with(IDS, DType.I64, Shape.of(1, 3), longs(0, 1, 2));
    var numbers = model("b").with(IDS, DType.F32, Shape.of(1, 3), 0, 1, 2);
    assertEquals(List.of(), assertCopied(IDS, DType.I64, integers, numbers));
    assertEquals(List.of(), assertCopied(IDS, DType.F32, numbers, integers));
    var halves = model("c").with(IDS, DType.F16, Shape.of(1, 3), 0, 1, 3);
    assertEquals(1, assertCopied(IDS, DType.I64, integers, halves).size());
  }

  @Test
  void anotherShapeIsNoMistakeEither() {
    var a = model("a").with(IDS, DType.I64, Shape.of(1, 2), longs(0, 1));
    var b = model("b").with(IDS, DType.I64, Shape.of(1, 3), longs(0, 1, 2));
    assertEquals(1, assertCopied(IDS, DType.I64, a, b).size());
  }

  @Test
  void frequenciesKeepTheirType() {
    var a = model("a").with(FREQUENCIES, DType.F32, Shape.of(2), 1, 0.01f);
    var b = model("b").with(FREQUENCIES, DType.F32, Shape.of(2), 1, 0.01f);
    assertEquals(List.of(), assertCopied(FREQUENCIES, DType.F32, a, b));
  }

  @Test
  void causalMasksAreBuffersAndBiasesAreNot() {
    Shape mask = Shape.of(1, 1, 2, 2);
    var a = model("a").with(MASK, DType.F32, mask, 1, 0, 1, 1);
    var b = model("b").with(MASK, DType.U8, mask, new byte[] {1, 0, 1, 1});
    assertEquals(List.of(), assertCopied(MASK, DType.F32, a, b));
    MergePlan plan =
        plan(
            linear(),
            null,
            model("a").with(MASK, DType.F32, Shape.of(2), 1, 2),
            model("b").with(MASK, DType.F32, Shape.of(2), 3, 4));
    assertInstanceOf(TensorPlan.Merged.class, tensor(plan, MASK));
  }

  @Test
  void aNameOfDotsIsThatOfAWeight() {
    assertFalse(Buffers.isBuffer(new TensorInfo("..", DType.F32, Shape.of(1))));
  }

  @Test
  void aBufferThatAModelLacksIsOptional() {
    var with = model("with").with(FREQUENCIES, DType.F32, Shape.of(2), 1, 0.01f);
    var without = model("without");
    assertEquals(List.of(), assertCopied(FREQUENCIES, DType.F32, with, without));
    MergePlan plan = plan(linear(), null, without, with);
    assertEquals(List.of("w"), names(plan));
    assertEquals(List.of(FREQUENCIES), plan.leftOut());
    assertEquals(List.of("w"), names(plan(linear().missing(Missing.SKIP), null, with, without)));
  }

  @Test
  void slicesCopyBuffersAsTheyAre() {
    var model = new MemoryCheckpoint("a");
    for (String tensor : List.of("q", "k", "v")) {
      model.with("layers.0." + tensor, DType.F32, Shape.of(1), 1);
    }
    model.with("layers.0.rotary_emb.inv_freq", DType.F32, Shape.of(2), 1, 2);
    var recipe =
        new RecipeBuilder("passthrough")
            .slice(Map.of(), RecipeBuilder.source("a", 0, 1, Map.of()))
            .dtype(DType.BF16);
    MergePlan plan = plan(recipe, null, model);
    assertEquals(DType.BF16, tensor(plan, "layers.0.q").output().dtype());
    assertEquals(DType.F32, tensor(plan, "layers.0.rotary_emb.inv_freq").output().dtype());
  }

  @Test
  void otherIntegersMustBeEqualWhateverTheirType() {
    var a = model("a").with("x", DType.I64, Shape.of(2), longs(3, 7));
    var same = model("b").with("x", DType.U8, Shape.of(2), new byte[] {3, 7});
    assertCopied("x", DType.I64, a, same);
    assertRefused(
        CheckpointException.class,
        List.of("b: tensor 'x' (U8) differs from that of a (I64)"),
        linear(),
        null,
        a,
        model("b").with("x", DType.U8, Shape.of(2), new byte[] {3, 8}));
  }
}
