package dev.amalgam.core.kernel;

import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("parity")
class ActivationParityTest {

  @ParameterizedTest
  @EnumSource
  void twinsGiveEqualBitsInsideTheRangeAndWriteNothingOutside(ActivationFunction f) {
    forEachLoop(f, kernel -> Twins.assertEqualBits(6, kernel));
  }

  @ParameterizedTest
  @EnumSource
  void bitsStayEqualOnceCompiled(ActivationFunction f) {
    forEachLoop(f, kernel -> Twins.assertEqualBitsColdAndCompiled(6, kernel));
  }

  @ParameterizedTest
  @EnumSource
  void bitsAreEqualAllOverTheRangeOfFloats(ActivationFunction f) {
    float[] everywhere = new float[1 << 12];
    for (int i = 0; i < everywhere.length; i++) {
      everywhere[i] = Float.intBitsToFloat(i * 0x000f_fff1);
    }
    forEachLoop(
        f,
        kernel -> {
          float[][] arrays = Twins.ordinary(6, everywhere.length);
          arrays[0] = everywhere;
          Twins.assertEqualBits(arrays, 0, everywhere.length, kernel);
        });
  }

  @ParameterizedTest
  @EnumSource
  void resultsMayTakeThePlaceOfArguments(ActivationFunction f) {
    float[][] x = Twins.ordinary(3, 150);
    Twins.assertEqualBits(
        x, 1, 133, (k, a, from, n) -> k.activation().apply(f, a[0], a[0], from, from + n));
    Twins.assertEqualBits(
        x, 1, 133, (k, a, from, n) -> k.activation().backward(f, a[0], a[1], a[1], from, from + n));
    Twins.assertEqualBits(
        x, 1, 133, (k, a, from, n) -> k.activation().gate(f, a[0], a[1], a[0], from, from + n));
    Twins.assertEqualBits(
        x,
        1,
        133,
        (k, a, from, n) ->
            k.activation().gateBackward(f, a[0], a[1], a[2], a[0], a[1], from, from + n));
  }

  private static void forEachLoop(ActivationFunction f, Consumer<Twins.Kernel> check) {
    check.accept((k, a, from, n) -> k.activation().apply(f, a[0], a[5], from, from + n));
    check.accept((k, a, from, n) -> k.activation().backward(f, a[0], a[1], a[5], from, from + n));
    check.accept((k, a, from, n) -> k.activation().gate(f, a[0], a[1], a[5], from, from + n));
    check.accept(
        (k, a, from, n) ->
            k.activation().gateBackward(f, a[0], a[1], a[2], a[3], a[4], from, from + n));
  }
}
