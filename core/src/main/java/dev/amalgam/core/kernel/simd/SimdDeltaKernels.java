package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static dev.amalgam.core.kernel.simd.Species.INTS;
import static dev.amalgam.core.kernel.simd.Species.LONGS;

import dev.amalgam.core.kernel.DeltaKernels;
import dev.amalgam.core.kernel.scalar.ScalarDeltaKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The loops of delta merging with the Vector API; the scalar twin finishes each. */
final class SimdDeltaKernels implements DeltaKernels {

  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

  @Override
  public void keepBand(float[] x, int count, int low, int high) {
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      IntVector magnitude = bits.and(Integer.MAX_VALUE);
      VectorMask<Integer> keep =
          magnitude
              .compare(VectorOperators.GT, low)
              .and(magnitude.compare(VectorOperators.LE, high));
      keep(bits, keep).intoArray(x, i);
    }
    ScalarDeltaKernels.keepBand(x, bound, count, low, high);
  }

  @Override
  public void keepDrawn(float[] x, int count, int[] draws, int threshold) {
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
      IntVector drawn = IntVector.fromArray(INTS, draws, i);
      keep(bits, drawn.compare(VectorOperators.ULT, threshold)).intoArray(x, i);
    }
    ScalarDeltaKernels.keepDrawn(x, bound, count, draws, threshold);
  }

  private static FloatVector keep(IntVector bits, VectorMask<Integer> keep) {
    return IntVector.zero(INTS).blend(bits, keep).reinterpretAsFloats();
  }

  @Override
  public void addAgreeing(
      float[] x, float weight, float[] majority, float[] sum, float[] divisor, int count) {
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector entry = FloatVector.fromArray(FLOATS, x, i);
      FloatVector side = FloatVector.fromArray(FLOATS, majority, i);
      VectorMask<Float> positive =
          entry.compare(VectorOperators.GT, 0f).and(side.compare(VectorOperators.GE, 0f));
      VectorMask<Float> negative =
          entry.compare(VectorOperators.LT, 0f).and(side.compare(VectorOperators.LT, 0f));
      VectorMask<Float> agrees = positive.or(negative);
      FloatVector.fromArray(FLOATS, sum, i).add(entry, agrees).intoArray(sum, i);
      FloatVector.fromArray(FLOATS, divisor, i).add(weight, agrees).intoArray(divisor, i);
    }
    ScalarDeltaKernels.addAgreeing(x, weight, majority, sum, divisor, bound, count);
  }

  @Override
  public void divideByNonZero(float[] x, float[] divisor, int count) {
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector by = FloatVector.fromArray(FLOATS, divisor, i);
      VectorMask<Float> isZero = by.compare(VectorOperators.EQ, 0f);
      FloatVector.fromArray(FLOATS, x, i).div(by.blend(1f, isZero)).intoArray(x, i);
    }
    ScalarDeltaKernels.divideByNonZero(x, divisor, bound, count);
  }

  @Override
  public int countMagnitude(float[] x, int count, int bits) {
    int bound = FLOATS.loopBound(count);
    int found = 0;
    for (int i = 0; i < bound; i += FLOATS.length()) {
      IntVector magnitude =
          FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts().and(Integer.MAX_VALUE);
      found += magnitude.compare(VectorOperators.EQ, bits).trueCount();
    }
    return found + ScalarDeltaKernels.countMagnitude(x, bound, count, bits);
  }

  @Override
  public int countBelow(int[] x, int count, int bound) {
    int end = INTS.loopBound(count);
    int below = 0;
    for (int i = 0; i < end; i += INTS.length()) {
      below += IntVector.fromArray(INTS, x, i).compare(VectorOperators.LT, bound).trueCount();
    }
    return below + ScalarDeltaKernels.countBelow(x, end, count, bound);
  }

  @Override
  public void draw(long key, long first, int[] draws, int count) {
    int bound = INTS.loopBound(count);
    // Lane j of the first vector holds the state of word first / 2 + j.
    LongVector state =
        LongVector.zero(LONGS).addIndex(1).add((first >> 1) + 1).mul(GOLDEN_GAMMA).add(key);
    long step = LONGS.length() * GOLDEN_GAMMA;
    for (int i = 0; i < bound; i += INTS.length()) {
      mix(state).reinterpretAsInts().intoArray(draws, i);
      state = state.add(step);
    }
    ScalarDeltaKernels.draw(key, first, draws, bound, count);
  }

  private static LongVector mix(LongVector state) {
    LongVector z = xorShifted(state, 30).mul(0xBF58_476D_1CE4_E5B9L);
    return xorShifted(xorShifted(z, 27).mul(0x94D0_49BB_1331_11EBL), 31);
  }

  private static LongVector xorShifted(LongVector z, int distance) {
    return z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, distance));
  }
}
