package dev.amalgam.core.weight;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckpointWeightsTest {

  private static String refused(Checkpoint checkpoint, String tensor) {
    CheckpointWeights weights = new CheckpointWeights(checkpoint);
    return assertThrows(CheckpointException.class, () -> weights.read(tensor)).getMessage();
  }

  @Test
  void aTensorIsReadWhole() {
    float[] numbers = new float[100_000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    CheckpointWeights weights =
        new CheckpointWeights(
            new MemoryCheckpoint("a model")
                .with("w", DType.F32, Shape.of(1000, 100), numbers)
                .with("b", DType.BF16, Shape.of(2), 0.5f, -7)
                .with("empty", DType.F16, Shape.of(0, 4)));
    assertArrayEquals(numbers, weights.read("w"));
    assertArrayEquals(new float[] {0.5f, -7}, weights.read("b"));
    assertArrayEquals(new float[0], weights.read("empty"));
  }

  @Test
  void whatIsNotThereOrHoldsNoNumbersIsRefused() {
    MemoryCheckpoint checkpoint =
        new MemoryCheckpoint("a model").with("ids", DType.I64, Shape.of(1), new byte[8]);
    assertEquals("'a model' has no tensor 'w'", refused(checkpoint, "w"));
    assertEquals(
        "'a model': tensor 'ids' holds I64, and a model computes with floating-point numbers only;"
            + " convert it (quantized models cannot be run)",
        refused(checkpoint, "ids"));
  }

  @Test
  void whatNoArrayHoldsIsRefusedBeforeItIsRead() {
    Checkpoint vast =
        new Checkpoint() {
          @Override
          public String name() {
            return "vast";
          }

          @Override
          public List<TensorInfo> tensors() {
            return List.of(new TensorInfo("w", DType.F16, Shape.of(1 << 16, 1 << 15)));
          }

          @Override
          public Optional<TensorInfo> find(String tensor) {
            return Optional.of(tensors().getFirst());
          }

          @Override
          public void read(String tensor, long offset, MemorySegment into) {
            throw new AssertionError("read");
          }

          @Override
          public void close() {}
        };
    assertEquals(
        "'vast': tensor 'w' has 2147483648 elements, more than an array can hold; read it by range",
        refused(vast, "w"));
  }
}
