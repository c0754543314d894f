package dev.amalgam.core.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.StoredWeight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowRankDeltasTest {

  private static final int OUTPUTS = 7;
  private static final int INPUTS = 5;
  private static final int RANK = 3;
  private static final float SCALE = 0.7f;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final float[] w = numbers(1, OUTPUTS * INPUTS);
  private final float[] a = numbers(2, RANK * INPUTS);
  private final float[] b = numbers(3, OUTPUTS * RANK);

  private static float[] numbers(int seed, int count) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat(-1, 1);
    }
    return numbers;
  }

  private MemoryCheckpoint model(boolean isTransposed) {
    return new MemoryCheckpoint("a model")
        .with(
            "w", DType.F32, isTransposed ? Shape.of(INPUTS, OUTPUTS) : Shape.of(OUTPUTS, INPUTS), w)
        .with("a", DType.F32, Shape.of(RANK, INPUTS), a)
        .with("b", DType.F32, Shape.of(OUTPUTS, RANK), b);
  }

  private static LowRankDeltas deltas(MemoryCheckpoint model, boolean isTransposed) {
    return new LowRankDeltas(
        Map.of(
            "w",
            new LowRankDelta(
                model,
                model.find("a").orElseThrow(),
                model.find("b").orElseThrow(),
                isTransposed,
                SCALE)));
  }

  /** Returns elements of the sum, worked out one by one. */
  private float[] expected(boolean isTransposed, int from, int count) {
    float[] sums = new float[count];
    for (int i = 0; i < count; i++) {
      int columns = isTransposed ? OUTPUTS : INPUTS;
      int output = isTransposed ? (from + i) % columns : (from + i) / columns;
      int input = isTransposed ? (from + i) / columns : (from + i) % columns;
      float product = 0;
      for (int r = 0; r < RANK; r++) {
        product = Math.fma(b[output * RANK + r], a[r * INPUTS + input], product);
      }
      sums[i] = w[from + i] + SCALE * product;
    }
    return sums;
  }

  private static float[] read(LowRankDeltas deltas, MemoryCheckpoint model, int from, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(FLOAT, count);
      deltas.read("w", new StoredWeight(model, model.find("w").orElseThrow()), from, into);
      return into.toArray(FLOAT);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 0, 35", "false, 3, 1", "false, 4, 17", "true, 0, 35", "true, 6, 9"})
  void whateverPartIsReadTheDeltaIsAdded(boolean isTransposed, int from, int count) {
    MemoryCheckpoint model = model(isTransposed);
    try (LowRankDeltas deltas = deltas(model, isTransposed)) {
      assertArrayEquals(expected(isTransposed, from, count), read(deltas, model, from, count));
    }
  }

  @Test
  void threadsReadAtOnce() {
    MemoryCheckpoint model = model(false);
    try (LowRankDeltas deltas = deltas(model, false)) {
      IntStream.range(0, 300)
          .parallel()
          .forEach(
              i -> {
                int from = i % (OUTPUTS * INPUTS);
                int count = OUTPUTS * INPUTS - from;
                assertArrayEquals(expected(false, from, count), read(deltas, model, from, count));
              });
    }
  }

  @Test
  void eachThreadAndTheFactorsCountAsMemory() {
    try (LowRankDeltas deltas = deltas(model(false), false)) {
      assertEquals(Set.of("w"), deltas.tensors());
      long factors = Float.BYTES * (long) (a.length + b.length);
      assertEquals(factors, deltas.estimatedMemory(0));
      assertTrue(deltas.estimatedMemory(2) > deltas.estimatedMemory(1));
    }
  }
}
