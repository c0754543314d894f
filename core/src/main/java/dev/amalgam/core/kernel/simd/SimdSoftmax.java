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

  // One accumulator a sweep, where SimdSums has four: four times exp in one loop would be more than
  // the compiler inlines. The loops follow the tree in which the lanes are added.
  private static float sum(float[] x, int from, int to, float shift) {
    int lanes = FLOATS.length();
    FloatVector total = FloatVector.zero(FLOATS);
    for (int first = 0; first < ROW / 2; first += lanes) {
      FloatVector columns = FloatVector.zero(FLOATS);
      for (int column = first; column < ROW; column += Math.max(ROW / 2, lanes)) {
        FloatVector rows = FloatVector.zero(FLOATS);
        for (int row = column; row < 2 * ROW; row += ROW) {
          FloatVector pair = FloatVector.zero(FLOATS);
          for (int lane = row; lane < BLOCK; lane += 2 * ROW) {
            pair = pair.add(sweep(x, from + lane, to, shift));
          }
          rows = rows.add(pair);
        }
        columns = columns.add(rows);
      }
      total = total.add(columns);
    }
    return Columns.addUp(total);
  }

  private static FloatVector sweep(float[] x, int from, int to, float shift) {
    FloatVector sum = FloatVector.zero(FLOATS);
    int i = from;
    for (int end = to - FLOATS.length(); i <= end; i += BLOCK) {
      sum = sum.add(exp(FloatVector.fromArray(FLOATS, x, i), shift));
    }
    if (i < to) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, to);
      sum = sum.add(exp(FloatVector.fromArray(FLOATS, x, i, rest), shift), rest);
    }
    return sum;
  }
}
