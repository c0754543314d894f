package dev.amalgam.core.weight;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidentWeightsTest {

  private final MemoryCheckpoint checkpoint =
      new MemoryCheckpoint("a model")
          .with("w", DType.BF16, Shape.of(2, 3), 1, 2, 3, 4, 5, 6)
          .with("b", DType.F32, Shape.of(2), 0.5f, -7)
          .with("empty", DType.F16, Shape.of(0, 4))
          .with("ids", DType.I64, Shape.of(1), new byte[8]);

  private static Workers<ReadBuffer> workers(int count) {
    return new Workers<>(count, _ -> new ReadBuffer(Kernels.get()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void weightsAreWhatTheCheckpointHolds(int count) {
    try (var workers = workers(count);
        var weights = ResidentWeights.load(checkpoint, workers)) {
      assertEquals("a model", weights.name());
      Weight weight = weights.find("w").orElseThrow();
      assertInstanceOf(ResidentWeight.class, weight);
      assertEquals("w", weight.name());
      assertEquals(Shape.of(2, 3), weight.shape());
      float[] read = new float[6];
      weight.read(2, 3, read, 1, workers.first());
      assertArrayEquals(new float[] {0, 3, 4, 5, 0, 0}, read);
      weights.find("b").orElseThrow().read(0, 2, read, 0, workers.first());
      assertArrayEquals(new float[] {0.5f, -7, 4, 5, 0, 0}, read);
      weights.find("empty").orElseThrow().read(0, 0, read, 0, workers.first());
      assertEquals(Optional.empty(), weights.find("nothing"));
    }
  }

  @Test
  void tensorsThatAreNoNumbersAreRefusedWhenWanted() {
    try (var workers = workers(1);
        var weights = ResidentWeights.load(checkpoint, workers)) {
      String message =
          assertThrows(CheckpointException.class, () -> weights.find("ids")).getMessage();
      assertTrue(message.contains("ids") && message.contains("I64"), message);
    }
  }

  @Test
  void aFailingReadSurfaces() {
    CheckpointException failure = new CheckpointException("the disk is on fire");
    Checkpoint burning =
        new Checkpoint() {
          @Override
          public String name() {
            return checkpoint.name();
          }

          @Override
          public List<TensorInfo> tensors() {
            return checkpoint.tensors();
          }

          @Override
          public Optional<TensorInfo> find(String tensor) {
            return checkpoint.find(tensor);
          }

          @Override
          public void read(String tensor, long offset, MemorySegment into) {
            throw failure;
          }

          @Override
          public void close() {}
        };
    try (var workers = workers(2)) {
      assertSame(
          failure,
          assertThrows(CheckpointException.class, () -> ResidentWeights.load(burning, workers)));
    }
  }
}
