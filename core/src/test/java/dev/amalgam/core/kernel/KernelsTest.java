package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parity")
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
  void vectorsAreNoWiderThanTheVirtualMachineWasTold() {
    int widest = Integer.getInteger("parity.widest", 512);
    int bits = Kernels.get().vectorBits();
    assertTrue(bits <= widest, bits + " bits where at most " + widest + " were asked for");
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
