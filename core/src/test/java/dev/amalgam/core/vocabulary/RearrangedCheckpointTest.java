package dev.amalgam.core.vocabulary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.model.TokenTensors;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.vocabulary.TokenRows.Place;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RearrangedCheckpointTest {

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";
  private static final String BIAS = "lm_head.bias";

  private static MemoryCheckpoint model(String name, DType dtype, float... rowsOfTwo) {
    return new MemoryCheckpoint(name)
        .with(EMBEDDING, dtype, Shape.of(rowsOfTwo.length / 2, 2), rowsOfTwo)
        .with("model.norm.weight", DType.F32, Shape.of(2), 7, 8);
  }

  private static RearrangedCheckpoint view(int own, TokenRows rows, MemoryCheckpoint... models) {
    List<RearrangedCheckpoint.Model> all =
        List.of(models).stream()
            .map(
                model ->
                    new RearrangedCheckpoint.Model(
                        model, TokenTensors.find(model, Optional.of(family(model))).orElseThrow()))
            .toList();
    return new RearrangedCheckpoint(all, own, rows);
  }

  // That of the heads of masked language models has its bias.
  private static String family(MemoryCheckpoint model) {
    return model.find(BIAS).isPresent() ? "other" : "llama";
  }

  private static byte[] bytes(Checkpoint checkpoint, String tensor, long offset, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(count);
      checkpoint.read(tensor, offset, into);
      return into.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static float[] elements(Checkpoint checkpoint, String tensor) {
    TensorInfo info = checkpoint.find(tensor).orElseThrow();
    return MemoryCheckpoint.decode(info.dtype(), bytes(checkpoint, tensor, 0, (int) info.bytes()));
  }

  @Test
  void rowsAreGatheredFromSeveralModels() {
    TokenRows rows = new TokenRows(5);
    rows.copy(0, new Place(0, 2));
    rows.copy(1, new Place(1, 0));
    rows.copy(2, new Place(1, 1));
    rows.copy(4, new Place(0, 0));
    MemoryCheckpoint a = model("a", DType.BF16, 1, 2, 3, 4, 5, 6);
    MemoryCheckpoint b = model("b", DType.BF16, 10, 20, 30, 40);
    try (RearrangedCheckpoint view = view(0, rows, a, b)) {
      assertEquals("a", view.name());
      assertEquals(
          List.of(
              new TensorInfo(EMBEDDING, DType.BF16, Shape.of(5, 2)),
              new TensorInfo("model.norm.weight", DType.F32, Shape.of(2))),
          view.tensors());
      assertArrayEquals(new float[] {5, 6, 10, 20, 30, 40, 0, 0, 1, 2}, elements(view, EMBEDDING));
      assertArrayEquals(new float[] {7, 8}, elements(view, "model.norm.weight"));
      assertEquals(
          List.of(
              new RearrangedCheckpoint.Stored(a, EMBEDDING),
              new RearrangedCheckpoint.Stored(b, EMBEDDING)),
          view.stored(EMBEDDING));
    }
  }

  @Test
  void aMeanIsASumInTheOrderOfTheModelsInFloat32() {
    TokenRows rows = new TokenRows(2);
    rows.mean(0, List.of(new Place(0, 0), new Place(1, 0), new Place(2, 0)));
    rows.copy(1, new Place(1, 0));
    float big = 1 << 24;
    MemoryCheckpoint a = model("a", DType.F32, big, 1);
    MemoryCheckpoint b = model("b", DType.BF16, 1, 2);
    MemoryCheckpoint c = model("c", DType.F16, 1, 4);
    try (RearrangedCheckpoint view = view(1, rows, a, b, c)) {
      TensorInfo info = view.find(EMBEDDING).orElseThrow();
      assertEquals(DType.F32, info.dtype());
      assertEquals(DType.BF16, view.usualType(info));
      // Each 1 is lost in the sum, one after the other.
      assertArrayEquals(
          new float[] {((big + 1f) + 1f) / 3f, 7 / 3f, 1, 2}, elements(view, EMBEDDING));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F8_E4M3"})
  void whateverIsReadAtOnceTheElementsAreTheSame(DType other) {
    Random random = new Random(5);
    float[] first = new float[2 * 40];
    float[] second = new float[2 * 30];
    for (int i = 0; i < first.length; i++) {
      first[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < second.length; i++) {
      second[i] = (float) random.nextGaussian();
    }
    TokenRows rows = new TokenRows(64);
    for (int i = 0; i < rows.size(); i++) {
      int kind = random.nextInt(8);
      if (kind < 4) {
        rows.copy(i, new Place(0, (i + kind / 2) % 40));
      } else if (kind < 6) {
        rows.copy(i, new Place(1, random.nextInt(30)));
      } else if (kind == 6 && other != DType.BF16) {
        rows.mean(i, List.of(new Place(0, random.nextInt(40)), new Place(1, 3)));
      }
    }
    MemoryCheckpoint a = model("a", DType.BF16, first);
    MemoryCheckpoint b = model("b", other, second);
    try (RearrangedCheckpoint view = view(0, rows, a, b)) {
      TensorInfo info = view.find(EMBEDDING).orElseThrow();
      assertEquals(other == DType.BF16 ? DType.BF16 : DType.F32, info.dtype());
      float[] all = elements(view, EMBEDDING);
      float[] ofA = a.elements(EMBEDDING);
      float[] ofB = b.elements(EMBEDDING);
      for (int i = 0; i < rows.size(); i++) {
        for (int column = 0; column < 2; column++) {
          int at = column;
          float expected =
              switch (rows.model(i)) {
                case TokenRows.ZERO -> 0;
                case TokenRows.MEAN ->
                    (ofA[2 * rows.mean(i).get(0).row() + at] + ofB[2 * 3 + at]) / 2;
                case 0 -> ofA[2 * rows.row(i) + at];
                default -> ofB[2 * rows.row(i) + at];
              };
          assertEquals(expected, all[2 * i + column], "row " + i);
        }
      }
      byte[] whole = bytes(view, EMBEDDING, 0, (int) info.bytes());
      int size = info.dtype().bits() / 8;
      for (int trial = 0; trial < 200; trial++) {
        int from = random.nextInt(128);
        int count = 1 + random.nextInt(128 - from);
        assertArrayEquals(
            java.util.Arrays.copyOfRange(whole, from * size, (from + count) * size),
            bytes(view, EMBEDDING, (long) from * size, count * size));
      }
    }
  }

  @Test
  void theHeadOfAModelWithTiedEmbeddingsIsItsEmbeddingAndItStaysWithoutOne() {
    TokenRows rows = new TokenRows(2);
    rows.copy(0, new Place(1, 1));
    rows.copy(1, new Place(0, 0));
    MemoryCheckpoint untied =
        model("untied", DType.F32, 1, 2).with(HEAD, DType.F32, Shape.of(1, 2), 3, 4);
    MemoryCheckpoint tied = model("tied", DType.F32, 10, 20, 30, 40);
    try (RearrangedCheckpoint view = view(0, rows, untied, tied);
        RearrangedCheckpoint other = view(1, rows, untied, tied)) {
      assertArrayEquals(new float[] {30, 40, 1, 2}, elements(view, EMBEDDING));
      assertArrayEquals(new float[] {30, 40, 3, 4}, elements(view, HEAD));
      assertEquals(Optional.empty(), other.find(HEAD));
    }
  }

  @Test
  void biasesMoveWithTheirTokensAndOneThatIsNotThereIsZero() {
    TokenRows rows = new TokenRows(3);
    rows.copy(0, new Place(0, 2));
    rows.copy(1, new Place(1, 0));
    rows.copy(2, new Place(0, 0));
    MemoryCheckpoint a =
        model("a", DType.F32, 1, 2, 3, 4, 5, 6).with(BIAS, DType.F32, Shape.of(3), 5, 7, 6);
    MemoryCheckpoint b = model("b", DType.F32, 1, 2).with(BIAS, DType.F32, Shape.of(1), 9);
    MemoryCheckpoint c = model("c", DType.F32, 1, 2);
    try (RearrangedCheckpoint view = view(0, rows, a, b);
        RearrangedCheckpoint without = view(0, rows, a, c)) {
      assertEquals(Shape.of(3), view.find(BIAS).orElseThrow().shape());
      assertArrayEquals(new float[] {6, 9, 5}, elements(view, BIAS));
      assertArrayEquals(new float[] {6, 0, 5}, elements(without, BIAS));
    }
  }

  @Test
  void rowsOfDifferentLengthsAreRefused() {
    TokenRows rows = new TokenRows(1);
    rows.copy(0, new Place(1, 0));
    MemoryCheckpoint a = model("a", DType.F32, 1, 2);
    MemoryCheckpoint b = new MemoryCheckpoint("b").with(EMBEDDING, DType.F32, Shape.of(1, 1), 3);
    assertEquals(
        "'b': tensor 'model.embed_tokens.weight' has shape [1, 1], but [1, 2] in 'a'; only rows of"
            + " one length can be merged",
        assertThrows(CheckpointException.class, () -> view(0, rows, a, b)).getMessage());
    TokenRows own = new TokenRows(1);
    own.copy(0, new Place(0, 0));
    view(0, own, a, b).close();
  }

  @Test
  void halfAnElementAndWhatLiesBehindTheLastRowAreRefused() {
    TokenRows rows = new TokenRows(2);
    rows.copy(0, new Place(0, 0));
    try (RearrangedCheckpoint view = view(0, rows, model("a", DType.F32, 1, 2))) {
      assertThrows(IllegalArgumentException.class, () -> bytes(view, EMBEDDING, 2, 4));
      assertThrows(IndexOutOfBoundsException.class, () -> bytes(view, EMBEDDING, 8, 12));
    }
  }

  @Test
  void aTableIsUnchangedOnlyIfEveryRowStaysAndNoneIsAddedOrTakenAway() {
    TokenRows rows = new TokenRows(2);
    rows.copy(0, new Place(1, 0));
    rows.copy(1, new Place(1, 1));
    assertTrue(rows.isUnchanged(1, 2));
    assertFalse(rows.isUnchanged(1, 3));
    assertFalse(rows.isUnchanged(0, 2));
    rows.copy(1, new Place(1, 0));
    assertFalse(rows.isUnchanged(1, 2));
  }
}
