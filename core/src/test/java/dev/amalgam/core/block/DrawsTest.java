package dev.amalgam.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.DeltaKernels;
import org.junit.jupiter.api.Test;

class DrawsTest {

  @Test
  void asManyDrawsLieBelowTheThresholdAsTheProbabilityAsksFor() {
    assertEquals(0L, threshold(0));
    assertEquals(0x4000_0000L, threshold(0.25));
    assertEquals(0x8000_0000L, threshold(0.5));
    assertEquals(0xFFFF_FF00L, threshold(1 - 0x1p-24));
  }

  @Test
  void fractionsOfADrawAreRoundedUpSoThatDrawsBelowTheProbabilityAreBelowTheThreshold() {
    assertEquals(1L, threshold(1e-30));
    assertEquals(3L, threshold(2.1 * 0x1p-32));
    assertEquals(2L, threshold(2 * 0x1p-32));
  }

  @Test
  void probabilitiesOutsideTheUnitIntervalCountAsItsEnds() {
    assertEquals(0L, threshold(-0.5));
    assertEquals(0xFFFF_FFFFL, threshold(1));
    assertEquals(0xFFFF_FFFFL, threshold(1.5));
  }

  private static long threshold(double p) {
    return Integer.toUnsignedLong(DeltaKernels.threshold(p));
  }
}
