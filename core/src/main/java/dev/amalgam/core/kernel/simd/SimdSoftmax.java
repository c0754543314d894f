package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Columns.BLOCK;
import static dev.amalgam.core.kernel.simd.Columns.ROW;
import static dev.amalgam.core.kernel.simd.ExpConstants.FRACTION_BITS;
import static dev.amalgam.core.kernel.simd.ExpConstants.HALF_ROUNDER;
import static dev.amalgam.core.kernel.simd.ExpConstants.HIGHEST;
import static dev.amalgam.core.kernel.simd.ExpConstants.LOG2_E;
import static dev.amalgam.core.kernel.simd.ExpConstants.LOWEST;
import static dev.amalgam.core.kernel.simd.ExpConstants.MINUS_LN2_HIGH;
import static dev.amalgam.core.kernel.simd.ExpConstants.MINUS_LN2_LOW;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q0;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q1;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q2;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q3;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q4;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWO;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.amalgam.core.kernel.SoftmaxKernels;
import dev.amalgam.core.kernel.scalar.ScalarSoftmax;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Softmax with the Vector API. Sums are in the order that {@link Columns} explains. */
final class SimdSoftmax implements SoftmaxKernels {

  @Override
  public void softmax(float[] x, int from, int to) {
    float max = max(x, from, to);
    exponentials(x, from, to, max, 1f);
    ScalarSoftmax.scale(x, from, to, 1f / SimdSums.sum(x, from, to - from));
  }

  @Override
  public float logSumExp(float[] x, int from, int to) {
    float shift = ScalarSoftmax.shift(max(x, from, to));
    return ScalarSoftmax.logarithm(shift, sum(x, from, to, shift));
  }

  @Override
  public void probabilities(float[] x, int from, int to, float logSumExp, float scale) {
    exponentials(x, from, to, logSumExp, scale);
  }

  @Override
  public void backward(float[] p, int pFrom, float[] dp, int from, int to, float scale) {
    float mean = SimdSums.dot(p, pFrom, dp, from, to - from);
    int bound = FLOATS.loopBound(to - from);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector factor = FloatVector.fromArray(FLOATS, p, pFrom + i).mul(scale);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dp, from + i);
      factor.mul(gradient.sub(mean)).intoArray(dp, from + i);
    }
    ScalarSoftmax.centre(p, pFrom + bound, dp, from + bound, to, mean, scale);
  }

  private static float max(float[] x, int from, int to) {
    FloatVector a = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    int i = from;
    for (int end = to - 2 * FLOATS.length(); i <= end; i += 2 * FLOATS.length()) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, i + FLOATS.length());
      a = a.blend(x0, x0.compare(GT, a));
      b = b.blend(x1, x1.compare(GT, b));
    }
    float max = a.blend(b, b.compare(GT, a)).reduceLanes(VectorOperators.MAX);
    return ScalarSoftmax.max(x, i, to, max);
  }

  // With a mask for every vector, as the last needs one and exp is written out.
  private static void exponentials(float[] x, int from, int to, float shift, float scale) {
    for (int i = from; i < to; i += FLOATS.length()) {
      VectorMask<Float> within = FLOATS.indexInRange(i, to);
      FloatVector off = FloatVector.fromArray(FLOATS, x, i, within).sub(shift);
      FloatVector notBelow = off.blend(LOWEST, off.compare(LT, LOWEST));
      FloatVector z = notBelow.blend(HIGHEST, notBelow.compare(GT, HIGHEST));
      FloatVector rounded = z.fma(LOG2_E, HALF_ROUNDER);
      FloatVector n = rounded.sub(HALF_ROUNDER);
      FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, z));
      FloatVector q = r.fma(TWICE_Q4, TWICE_Q3).fma(r, TWICE_Q2).fma(r, TWICE_Q1).fma(r, TWICE_Q0);
      IntVector power = rounded.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS);
      FloatVector exp = q.fma(r, TWO).fma(r, TWO).mul(power.reinterpretAsFloats());
      exp.mul(scale).intoArray(x, i, within);
    }
  }

  // One accumulator a sweep, where SimdSums has four: exp takes longer than its addition. The outer
  // loops follow the tree in which the lanes are added.
  private static float sum(float[] x, int from, int to, float shift) {
    FloatVector total = FloatVector.zero(FLOATS);
    for (int first = 0; first < Columns.FIRSTS; first += FLOATS.length()) {
      FloatVector columns = FloatVector.zero(FLOATS);
      for (int column = first; column < ROW; column += Columns.SECONDS) {
        FloatVector rows = FloatVector.zero(FLOATS);
        for (int row = column; row < 2 * ROW; row += ROW) {
          FloatVector pair = FloatVector.zero(FLOATS);
          for (int lane = row; lane < BLOCK; lane += 2 * ROW) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = from + lane; i < to; i += BLOCK) {
              VectorMask<Float> within = FLOATS.indexInRange(i, to);
              FloatVector off = FloatVector.fromArray(FLOATS, x, i, within).sub(shift);
              FloatVector notBelow = off.blend(LOWEST, off.compare(LT, LOWEST));
              FloatVector z = notBelow.blend(HIGHEST, notBelow.compare(GT, HIGHEST));
              FloatVector rounded = z.fma(LOG2_E, HALF_ROUNDER);
              FloatVector n = rounded.sub(HALF_ROUNDER);
              FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, z));
              FloatVector q =
                  r.fma(TWICE_Q4, TWICE_Q3).fma(r, TWICE_Q2).fma(r, TWICE_Q1).fma(r, TWICE_Q0);
              IntVector power = rounded.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS);
              FloatVector exp = q.fma(r, TWO).fma(r, TWO).mul(power.reinterpretAsFloats());
              sum = sum.add(exp, within);
            }
            pair = pair.add(sum);
          }
          rows = rows.add(pair);
        }
        columns = columns.add(rows);
      }
      total = total.add(columns);
    }
    return Columns.addUp(total);
  }
}
