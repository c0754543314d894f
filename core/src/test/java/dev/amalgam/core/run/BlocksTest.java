package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BlocksTest {

  @Test
  void blocksCoverATensorOnceAndKeepUnitsTogether() {
    for (long unit : new long[] {1, 2, 3, 1000, 32_767, 32_768, 32_769, 100_000}) {
      for (long units : new long[] {0, 1, 2, 33, 40_000}) {
        Blocks blocks = Blocks.of(unit * units, unit);
        long next = 0;
        for (int i = 0; i < blocks.count(); i++) {
          assertEquals(next, blocks.start(i));
          assertTrue(blocks.length(i) > 0);
          assertEquals(0, blocks.length(i) % unit);
          next += blocks.length(i);
        }
        assertEquals(unit * units, next);
      }
    }
  }

  @Test
  void blocksAreAsLongAsTheUnitAllowsAndNoLonger() {
    assertEquals(32_768, Blocks.length(1L));
    assertEquals(32_766, Blocks.length(3L));
    assertEquals(32_768, Blocks.length(32_768L));
    assertEquals(50_000, Blocks.length(50_000L));
  }

  @Test
  void anEmptyTensorOfEmptyRowsHasNoBlocks() {
    assertEquals(0, Blocks.of(0, 0).count());
  }

  @Test
  void largeTensorsAreAddressedInLongs() {
    Blocks blocks = Blocks.of((1L << 40) + 5, 1);
    assertEquals((1 << 25) + 1, blocks.count());
    assertEquals(1L << 40, blocks.start(1 << 25));
    assertEquals(5, blocks.length(1 << 25));
    assertThrows(ArithmeticException.class, () -> Blocks.length(1L << 31));
  }
}
