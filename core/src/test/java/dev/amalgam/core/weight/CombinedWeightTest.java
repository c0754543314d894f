package dev.amalgam.core.weight;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Combined weights are what their formula says, read whole or in any pieces. */
class CombinedWeightTest {

  private static final int ROWS = 5;
  private static final int COLUMNS = 7;

  private record Values(String name, Shape shape, float[] values) implements Weight {
    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      System.arraycopy(values, (int) from, target, at, count);
    }
  }

  private static Values random(String name, long seed) {
    Random random = new Random(seed);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Values(name, Shape.of(ROWS, COLUMNS), values);
  }

  /** Rows and columns, rows, columns, and one of all. */
  @ParameterizedTest
  @CsvSource({"5, 7, 7", "5, 0, 7", "0, 7, 7", "1, 0, 35"})
  void entriesAreThoseOfTheFormula(int rows, int columns, long span) {
    Values base = random("w", 1);
    Values start = random("w", 2);
    Values expert = random("w", 3);
    float[] numbers = new float[rows + columns + 4];
    Random random = new Random(4);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    var coefficients = new LineCoefficients(numbers, 2, span, rows, 2 + rows, columns);
    var combined =
        new CombinedWeight(
            base,
            start,
            0.8f,
            List.of(new CombinedWeight.Term(expert, coefficients)),
            Optional.empty(),
            1.5f);
    float[] whole = new float[ROWS * COLUMNS];
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      combined.read(0, whole.length, whole, 0, buffer);
      for (int i = 0; i < whole.length; i++) {
        double c = rows > 0 ? numbers[2 + (int) (i / span)] : 0;
        c += columns > 0 ? numbers[2 + rows + i % COLUMNS] : 0;
        double b = base.values()[i];
        double due = b + 1.5 * (0.8 * (start.values()[i] - b) + c * (expert.values()[i] - b));
        assertEquals(due, whole[i], 1e-5);
      }
      float[] pieces = new float[whole.length];
      for (int from = 0; from < whole.length; from += 4) {
        combined.read(from, Math.min(4, whole.length - from), pieces, from, buffer);
      }
      assertArrayEquals(whole, pieces);
    }
  }
}
