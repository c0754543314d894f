package dev.amalgam.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.MersenneTwister;
import org.junit.jupiter.api.Test;

class MersenneDrawsTest {

  private static final int ELEMENTS = 3 * (1 << 15) + 17;

  @Test
  void anyRunGivesTheUpper24BitsOfThePlainStream() {
    int[] stream = new int[ELEMENTS];
    new MersenneTwister(42).fill(stream, ELEMENTS);
    Draws draws = new MersenneDraws(new MersenneTwister(42), ELEMENTS);
    for (int first : new int[] {0, 1, 623, 624, 32_767, 32_768, 32_769, 65_535, 98_304, 98_320}) {
      for (int count : new int[] {0, 1, 2, 700, 33_000, ELEMENTS}) {
        assertRun(stream, draws, first, Math.min(count, ELEMENTS - first));
      }
    }
    assertRun(stream, draws, ELEMENTS, 0);
  }

  @Test
  void theStreamStandsBehindTheTensorAfterwards() {
    for (int elements : new int[] {0, 1, 1 << 15, ELEMENTS}) {
      var stream = new MersenneTwister(42);
      new MersenneDraws(stream, elements);
      var plain = new MersenneTwister(42);
      plain.skip(elements);
      assertEquals(plain.next(), stream.next());
    }
  }

  @Test
  void largeTensorsAreDrawnFromSparserPlaces() {
    long elements = 2049L << 15;
    Draws draws = new MersenneDraws(new MersenneTwister(3), elements);
    var plain = new MersenneTwister(3);
    plain.skip(elements - 40_000);
    int[] expected = new int[40_000];
    plain.fill(expected, expected.length);
    int[] actual = new int[40_000];
    draws.fill(elements - 40_000, actual, actual.length);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i] << 8, actual[i]);
    }
  }

  private static void assertRun(int[] stream, Draws draws, int first, int count) {
    int[] expected = new int[count];
    for (int i = 0; i < count; i++) {
      expected[i] = stream[first + i] << 8;
    }
    int[] actual = new int[count];
    draws.fill(first, actual, count);
    assertArrayEquals(expected, actual, () -> count + " from " + first);
  }
}
