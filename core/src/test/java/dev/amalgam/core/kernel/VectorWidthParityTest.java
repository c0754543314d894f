package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Guards the other parity tests: they would pass if they compared the scalar twins with themselves.
 */
@Tag("parity")
class VectorWidthParityTest {

  @Test
  void vectorsAreInUseAndNoWiderThanThisVirtualMachineWasTold() {
    int widest = Integer.getInteger("parity.widest", 512);
    int bits = Kernels.simd().vectorBits();
    assertTrue(bits >= 128 && bits <= widest, bits + " bits where at most " + widest + " are due");
  }
}
