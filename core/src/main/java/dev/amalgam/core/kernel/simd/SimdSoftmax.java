package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Columns.BLOCK;
import static dev.amalgam.core.kernel.simd.Columns.ROW;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.SoftmaxKernels;
import dev.amalgam.core.kernel.scalar.ScalarSoftmax;
import jdk.incubator.vector.FloatVector;
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
    FloatVector a = SimdExp.broadcast(Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    int i = from;
    for (int end = to - 2 * FLOATS.length(); i <= end; i += 2 * FLOATS.length()) {
      a = larger(FloatVector.fromArray(FLOATS, x, i), a);
      b = larger(FloatVector.fromArray(FLOATS, x, i + FLOATS.length()), b);
    }
    return ScalarSoftmax.max(x, i, to, larger(a, b).reduceLanes(VectorOperators.MAX));
  }

  // Never takes a NaN.
  private static FloatVector larger(FloatVector x, FloatVector max) {
    return max.blend(x, x.compare(VectorOperators.GT, max));
  }

  private static void exponentials(float[] x, int from, int to, float shift, float scale) {
    int bound = from + FLOATS.loopBound(to - from);
    for (int i = from; i < bound; i += FLOATS.length()) {
      exp(FloatVector.fromArray(FLOATS, x, i), shift).mul(scale).intoArray(x, i);
    }
    if (bound < to) {
      VectorMask<Float> rest = FLOATS.indexInRange(bound, to);
      exp(FloatVector.fromArray(FLOATS, x, bound, rest), shift)
          .mul(scale)
          .intoArray(x, bound, rest);
    }
  }

  private static FloatVector exp(FloatVector x, float shift) {
    return SimdExp.exp(x.sub(shift));
  }

  private static float sum(float[] x, int from, int to, float shift) {
    FloatVector columns = sum(x, from, to, shift, 0);
    if (Columns.SECOND_SWEEP) {
      columns = columns.add(sum(x, from, to, shift, 8));
    }
    if (Columns.FOUR_SWEEPS) {
      columns = columns.add(sum(x, from, to, shift, 4).add(sum(x, from, to, shift, 12)));
    }
    return Columns.addUp(columns);
  }

  private static FloatVector sum(float[] x, int from, int to, float shift, int column) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = FloatVector.zero(FLOATS);
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector d = FloatVector.zero(FLOATS);
    int end = from + Columns.wholeBlocks(to - from);
    for (int i = from + column; i < end; i += BLOCK) {
      a = a.add(exp(FloatVector.fromArray(FLOATS, x, i), shift));
      b = b.add(exp(FloatVector.fromArray(FLOATS, x, i + ROW), shift));
      c = c.add(exp(FloatVector.fromArray(FLOATS, x, i + 2 * ROW), shift));
      d = d.add(exp(FloatVector.fromArray(FLOATS, x, i + 3 * ROW), shift));
    }
    if (end < to) {
      a = addRest(a, x, end + column, to, shift);
      b = addRest(b, x, end + column + ROW, to, shift);
      c = addRest(c, x, end + column + 2 * ROW, to, shift);
      d = addRest(d, x, end + column + 3 * ROW, to, shift);
    }
    return Columns.addRows(a, b, c, d);
  }

  private static FloatVector addRest(FloatVector sum, float[] x, int i, int to, float shift) {
    VectorMask<Float> rest = FLOATS.indexInRange(i, to);
    return sum.add(exp(FloatVector.fromArray(FLOATS, x, i, rest), shift), rest);
  }
}
