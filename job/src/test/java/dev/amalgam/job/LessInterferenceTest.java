package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.amalgam.core.calibration.LessInterference;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LessInterferenceTest {

  private record Values(String name, float... values) implements Weight {
    @Override
    public Shape shape() {
      return Shape.of(values.length);
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      System.arraycopy(values, (int) from, target, at, count);
    }
  }

  private record Scores(Map<String, Weight> tensors) implements Weights {
    @Override
    public String name() {
      return "scores";
    }

    @Override
    public Collection<String> names() {
      return tensors.keySet();
    }

    @Override
    public Optional<Weight> find(String tensor) {
      return Optional.ofNullable(tensors.get(tensor));
    }
  }

  private static Weights scores(String tensor, float... values) {
    return new Scores(Map.of(tensor, new Values(tensor, values)));
  }

  private static void assertScores(float[] due, List<Weights> others) {
    Weight less = LessInterference.of(scores("a", 4, 1), others).find("a").orElseThrow();
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      float[] actual = new float[2];
      less.read(0, 2, actual, 0, buffer);
      assertArrayEquals(due, actual);
    }
  }

  @Test
  void theMeanOverOtherTasksIsTakenOff() {
    assertScores(new float[] {4, 1}, List.of());
    assertScores(new float[] {1, 0}, List.of(scores("a", 2, 0), scores("a", 4, 5)));
  }

  @Test
  void aTaskWhoseModelDoesNotUseATensorIsNotMovedByIt() {
    assertScores(new float[] {3, 0.5f}, List.of(scores("a", 2, 1), scores("b", 9)));
  }
}
