package dev.amalgam.core.weight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks keep what was not zero, wherever a range begins. */
class EntryMaskTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 1000})
  void whatWasNotZeroIsKept(int elements) {
    Random random = new Random(elements);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextBoolean() ? 0 : 1 + i;
    }
    try (Arena arena = Arena.ofConfined()) {
      EntryMask mask = new EntryMask(elements, arena);
      int half = Math.min(elements, 64);
      float[] rest = new float[elements - half];
      System.arraycopy(values, half, rest, 0, rest.length);
      mask.keep(values, 0, half);
      mask.keep(rest, half, rest.length);
      for (int from = 0; from < elements; from += 1 + random.nextInt(70)) {
        int count = 1 + random.nextInt(elements - from);
        float[] x = new float[count + 3];
        Arrays.fill(x, -5);
        mask.clear(from, count, x, 2);
        for (int i = 0; i < count; i++) {
          assertEquals(values[from + i] == 0 ? 0 : -5, x[2 + i]);
        }
        assertEquals(-5, x[1]);
        assertEquals(-5, x[count + 2]);
      }
    }
  }
}
