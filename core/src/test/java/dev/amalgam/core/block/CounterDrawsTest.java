package dev.amalgam.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CounterDrawsTest {

  private static final String TENSOR = "model.layers.0.mlp.up_proj.weight";

  @Test
  void anyRunGivesTheDrawsOfTheWhole() {
    int[] whole = fill(draws(1, TENSOR, 0), 0, 300);
    for (int first = 0; first < 20; first++) {
      for (int count : new int[] {0, 1, 2, 3, 16, 17, 100, 280}) {
        assertArrayEquals(
            Arrays.copyOfRange(whole, first, first + count),
            fill(draws(1, TENSOR, 0), first, count));
      }
    }
  }

  @Test
  void elementsBeyondFourBillionHaveDrawsOfTheirOwn() {
    long far = 1L << 33;
    int[] there = fill(draws(1, TENSOR, 0), far, 4);
    assertArrayEquals(
        Arrays.copyOfRange(there, 1, 4), fill(draws(1, TENSOR, 0), far + 1, 3), "odd start");
    assertDistinct(there, fill(draws(1, TENSOR, 0), 0, 4));
  }

  @Test
  void seedTensorAndExpertEachGiveAnotherStream() {
    assertDistinct(
        fill(draws(1, TENSOR, 0), 0, 100),
        fill(draws(2, TENSOR, 0), 0, 100),
        fill(draws(1L << 40 | 1, TENSOR, 0), 0, 100),
        fill(draws(1, TENSOR, 1), 0, 100),
        fill(draws(1, TENSOR + "x", 0), 0, 100));
  }

  @Test
  void onlyTheElementsAskedForAreWritten() {
    int[] into = {7, 7, 7, 7};
    draws(1, TENSOR, 0).fill(3, into, 2);
    assertEquals(7, into[2]);
    assertEquals(7, into[3]);
  }

  /** Models merged with a seed must come out the same from the next version. */
  @Test
  void theStreamOfASeedNeverChanges() {
    int[] pinned = {0xa7f4d4bc, 0xe8b4ef12, 0x8628b674, 0xe360d3b3};
    assertArrayEquals(pinned, fill(draws(42, TENSOR, 1), 0, 4));
    assertArrayEquals(
        pinned, fill(new CounterDraws(Kernels.scalar().delta(), 42, TENSOR, 1), 0, 4));
  }

  private static Draws draws(long seed, String tensor, int expert) {
    return new CounterDraws(Kernels.get().delta(), seed, tensor, expert);
  }

  private static int[] fill(Draws draws, long first, int count) {
    int[] into = new int[count];
    draws.fill(first, into, count);
    return into;
  }

  // Among a few hundred 32-bit numbers two are equal by chance once in ten thousand seeds.
  private static void assertDistinct(int[]... streams) {
    Set<Integer> seen = new HashSet<>();
    int count = 0;
    for (int[] stream : streams) {
      Arrays.stream(stream).forEach(seen::add);
      count += stream.length;
    }
    assertEquals(count, seen.size());
  }
}
