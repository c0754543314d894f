package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Columns.BLOCK;
import static dev.amalgam.core.kernel.simd.Columns.ROW;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Float32 sums over rows, in the order that {@link Columns} explains. */
final class SimdSums {

  private SimdSums() {}

  /** Returns Σ x[from + i], i from 0 to {@code count}. */
  static float sum(float[] x, int from, int count) {
    FloatVector columns = sum(x, from, count, 0);
    if (Columns.SECOND_SWEEP) {
      columns = columns.add(sum(x, from, count, 8));
    }
    if (Columns.FOUR_SWEEPS) {
      columns = columns.add(sum(x, from, count, 4).add(sum(x, from, count, 12)));
    }
    return Columns.addUp(columns);
  }

  private static FloatVector sum(float[] x, int from, int count, int column) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = FloatVector.zero(FLOATS);
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector d = FloatVector.zero(FLOATS);
    int end = from + Columns.wholeBlocks(count);
    for (int i = from; i < end; i += BLOCK) {
      a = a.add(load(x, i + column));
      b = b.add(load(x, i + column + ROW));
      c = c.add(load(x, i + column + 2 * ROW));
      d = d.add(load(x, i + column + 3 * ROW));
    }
    if (end < from + count) {
      int to = from + count;
      a = addRest(a, x, end + column, to);
      b = addRest(b, x, end + column + ROW, to);
      c = addRest(c, x, end + column + 2 * ROW, to);
      d = addRest(d, x, end + column + 3 * ROW, to);
    }
    return Columns.addRows(a, b, c, d);
  }

  private static FloatVector addRest(FloatVector sum, float[] x, int i, int to) {
    VectorMask<Float> rest = FLOATS.indexInRange(i, to);
    return sum.add(load(x, i, rest), rest);
  }

  /** Returns Σ (x[from + i] − mean)², i from 0 to {@code count}. */
  static float squaredDeviations(float[] x, int from, int count, float mean) {
    FloatVector columns = squaredDeviations(x, from, count, mean, 0);
    if (Columns.SECOND_SWEEP) {
      columns = columns.add(squaredDeviations(x, from, count, mean, 8));
    }
    if (Columns.FOUR_SWEEPS) {
      FloatVector others = squaredDeviations(x, from, count, mean, 12);
      columns = columns.add(squaredDeviations(x, from, count, mean, 4).add(others));
    }
    return Columns.addUp(columns);
  }

  private static FloatVector squaredDeviations(
      float[] x, int from, int count, float mean, int column) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = FloatVector.zero(FLOATS);
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector d = FloatVector.zero(FLOATS);
    int end = from + Columns.wholeBlocks(count);
    for (int i = from; i < end; i += BLOCK) {
      a = square(load(x, i + column).sub(mean), a);
      b = square(load(x, i + column + ROW).sub(mean), b);
      c = square(load(x, i + column + 2 * ROW).sub(mean), c);
      d = square(load(x, i + column + 3 * ROW).sub(mean), d);
    }
    if (end < from + count) {
      int to = from + count;
      a = squareRest(a, x, end + column, to, mean);
      b = squareRest(b, x, end + column + ROW, to, mean);
      c = squareRest(c, x, end + column + 2 * ROW, to, mean);
      d = squareRest(d, x, end + column + 3 * ROW, to, mean);
    }
    return Columns.addRows(a, b, c, d);
  }

  private static FloatVector square(FloatVector deviation, FloatVector sum) {
    return deviation.fma(deviation, sum);
  }

  private static FloatVector squareRest(FloatVector sum, float[] x, int i, int to, float mean) {
    VectorMask<Float> rest = FLOATS.indexInRange(i, to);
    return sum.blend(square(load(x, i, rest).sub(mean), sum), rest);
  }

  /** Returns Σ x[xFrom + i]·y[yFrom + i], i from 0 to {@code count}. */
  static float dot(float[] x, int xFrom, float[] y, int yFrom, int count) {
    FloatVector columns = dot(x, xFrom, y, yFrom, count, 0);
    if (Columns.SECOND_SWEEP) {
      columns = columns.add(dot(x, xFrom, y, yFrom, count, 8));
    }
    if (Columns.FOUR_SWEEPS) {
      FloatVector others = dot(x, xFrom, y, yFrom, count, 12);
      columns = columns.add(dot(x, xFrom, y, yFrom, count, 4).add(others));
    }
    return Columns.addUp(columns);
  }

  private static FloatVector dot(
      float[] x, int xFrom, float[] y, int yFrom, int count, int column) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = FloatVector.zero(FLOATS);
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector d = FloatVector.zero(FLOATS);
    int end = Columns.wholeBlocks(count);
    int xStart = xFrom + column;
    int yStart = yFrom + column;
    for (int i = 0; i < end; i += BLOCK) {
      a = load(x, xStart + i).fma(load(y, yStart + i), a);
      b = load(x, xStart + i + ROW).fma(load(y, yStart + i + ROW), b);
      c = load(x, xStart + i + 2 * ROW).fma(load(y, yStart + i + 2 * ROW), c);
      d = load(x, xStart + i + 3 * ROW).fma(load(y, yStart + i + 3 * ROW), d);
    }
    if (end < count) {
      int left = count - end - column;
      a = dotRest(a, x, xStart + end, y, yStart + end, left);
      b = dotRest(b, x, xStart + end + ROW, y, yStart + end + ROW, left - ROW);
      c = dotRest(c, x, xStart + end + 2 * ROW, y, yStart + end + 2 * ROW, left - 2 * ROW);
      d = dotRest(d, x, xStart + end + 3 * ROW, y, yStart + end + 3 * ROW, left - 3 * ROW);
    }
    return Columns.addRows(a, b, c, d);
  }

  private static FloatVector dotRest(
      FloatVector sum, float[] x, int xAt, float[] y, int yAt, int left) {
    VectorMask<Float> rest = FLOATS.indexInRange(0, left);
    return sum.blend(load(x, xAt, rest).fma(load(y, yAt, rest), sum), rest);
  }

  /** Returns Σ (weight[i]·x[from + i])·(scale·y[from + i]), i from 0 to {@code count}. */
  static float weightedDot(float[] weight, float[] x, float[] y, int from, int count, float scale) {
    FloatVector columns = weightedDot(weight, x, y, from, count, scale, 0);
    if (Columns.SECOND_SWEEP) {
      columns = columns.add(weightedDot(weight, x, y, from, count, scale, 8));
    }
    if (Columns.FOUR_SWEEPS) {
      FloatVector others = weightedDot(weight, x, y, from, count, scale, 12);
      columns = columns.add(weightedDot(weight, x, y, from, count, scale, 4).add(others));
    }
    return Columns.addUp(columns);
  }

  private static FloatVector weightedDot(
      float[] weight, float[] x, float[] y, int from, int count, float scale, int column) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = FloatVector.zero(FLOATS);
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector d = FloatVector.zero(FLOATS);
    int end = column + Columns.wholeBlocks(count);
    int i = column;
    for (; i < end; i += BLOCK) {
      a = weighted(weight, x, y, from, i, scale, a);
      b = weighted(weight, x, y, from, i + ROW, scale, b);
      c = weighted(weight, x, y, from, i + 2 * ROW, scale, c);
      d = weighted(weight, x, y, from, i + 3 * ROW, scale, d);
    }
    if (end < column + count) {
      a = weightedRest(weight, x, y, from, i, scale, a, count);
      b = weightedRest(weight, x, y, from, i + ROW, scale, b, count);
      c = weightedRest(weight, x, y, from, i + 2 * ROW, scale, c, count);
      d = weightedRest(weight, x, y, from, i + 3 * ROW, scale, d, count);
    }
    return Columns.addRows(a, b, c, d);
  }

  private static FloatVector weighted(
      float[] weight, float[] x, float[] y, int from, int i, float scale, FloatVector sum) {
    FloatVector product = load(weight, i).mul(load(x, from + i));
    return product.fma(load(y, from + i).mul(scale), sum);
  }

  private static FloatVector weightedRest(
      float[] weight,
      float[] x,
      float[] y,
      int from,
      int i,
      float scale,
      FloatVector sum,
      int count) {
    VectorMask<Float> rest = FLOATS.indexInRange(i, count);
    FloatVector product = load(weight, i, rest).mul(load(x, from + i, rest));
    return sum.blend(product.fma(load(y, from + i, rest).mul(scale), sum), rest);
  }

  private static FloatVector load(float[] x, int i) {
    return FloatVector.fromArray(FLOATS, x, i);
  }

  private static FloatVector load(float[] x, int i, VectorMask<Float> mask) {
    return FloatVector.fromArray(FLOATS, x, i, mask);
  }
}
