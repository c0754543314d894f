package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KernelsTest {

  @Test
  void theSimdTwinsAreInUseInThisVirtualMachine() {
    Kernels kernels = Kernels.get();
    assertTrue(Kernels.class.getModule().isNamed(), "tests run in the module, not on a class path");
    assertTrue(Kernels.simdAvailable());
    assertTrue(kernels.vectorBits() >= 128, "vectors of " + kernels.vectorBits() + " bits");
    assertNotEquals(Kernels.scalar().conversion().getClass(), kernels.conversion().getClass());
    assertNotEquals(Kernels.scalar().delta().getClass(), kernels.delta().getClass());
  }

  @Test
  void theScalarTwinsHaveNoVectors() {
    assertEquals(0, Kernels.scalar().vectorBits());
  }

  @Test
  void theChoiceIsMadeOnce() {
    assertSame(Kernels.get(), Kernels.get());
  }
}
