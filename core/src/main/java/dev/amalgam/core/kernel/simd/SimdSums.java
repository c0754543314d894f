package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Columns.BLOCK;
import static dev.amalgam.core.kernel.simd.Columns.FIRSTS;
import static dev.amalgam.core.kernel.simd.Columns.ROW;
import static dev.amalgam.core.kernel.simd.Columns.SECONDS;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Float32 sums over rows, in the order that {@link Columns} explains, and written out for the
 * reason that {@link ExpConstants} gives. In the last, incomplete block of a row the entries beyond
 * its end are read as zeros, which add nothing. Accumulators start from a new zero vector: merged
 * in a loop with a constant, an object, they would be objects themselves.
 */
final class SimdSums {

  private SimdSums() {}

  /** Returns Σ x[from + i], i from 0 to {@code count}. */
  static float sum(float[] x, int from, int count) {
    FloatVector total = zero(FLOATS);
    for (int first = 0; first < FIRSTS; first += FLOATS.length()) {
      FloatVector columns = zero(FLOATS);
      for (int column = first; column < ROW; column += SECONDS) {
        FloatVector a = zero(FLOATS);
        FloatVector b = zero(FLOATS);
        FloatVector c = zero(FLOATS);
        FloatVector d = zero(FLOATS);
        int i = column;
        for (int end = column + Columns.wholeBlocks(count); i < end; i += BLOCK) {
          a = a.add(fromArray(FLOATS, x, from + i));
          b = b.add(fromArray(FLOATS, x, from + i + ROW));
          c = c.add(fromArray(FLOATS, x, from + i + 2 * ROW));
          d = d.add(fromArray(FLOATS, x, from + i + 3 * ROW));
        }
        if (Columns.wholeBlocks(count) < count) {
          VectorMask<Float> aRest = FLOATS.indexInRange(i, count);
          a = a.add(fromArray(FLOATS, x, from + i, aRest));
          VectorMask<Float> bRest = FLOATS.indexInRange(i + ROW, count);
          b = b.add(fromArray(FLOATS, x, from + i + ROW, bRest));
          VectorMask<Float> cRest = FLOATS.indexInRange(i + 2 * ROW, count);
          c = c.add(fromArray(FLOATS, x, from + i + 2 * ROW, cRest));
          VectorMask<Float> dRest = FLOATS.indexInRange(i + 3 * ROW, count);
          d = d.add(fromArray(FLOATS, x, from + i + 3 * ROW, dRest));
        }
        columns = columns.add(a.add(c).add(b.add(d)));
      }
      total = total.add(columns);
    }
    return Columns.addUp(total);
  }

  /** Returns Σ (x[from + i] − mean)², i from 0 to {@code count}. */
  static float squaredDeviations(float[] x, int from, int count, float mean) {
    FloatVector total = zero(FLOATS);
    for (int first = 0; first < FIRSTS; first += FLOATS.length()) {
      FloatVector columns = zero(FLOATS);
      for (int column = first; column < ROW; column += SECONDS) {
        FloatVector a = zero(FLOATS);
        FloatVector b = zero(FLOATS);
        FloatVector c = zero(FLOATS);
        FloatVector d = zero(FLOATS);
        int i = column;
        for (int end = column + Columns.wholeBlocks(count); i < end; i += BLOCK) {
          FloatVector aOff = fromArray(FLOATS, x, from + i).sub(mean);
          a = aOff.fma(aOff, a);
          FloatVector bOff = fromArray(FLOATS, x, from + i + ROW).sub(mean);
          b = bOff.fma(bOff, b);
          FloatVector cOff = fromArray(FLOATS, x, from + i + 2 * ROW).sub(mean);
          c = cOff.fma(cOff, c);
          FloatVector dOff = fromArray(FLOATS, x, from + i + 3 * ROW).sub(mean);
          d = dOff.fma(dOff, d);
        }
        if (Columns.wholeBlocks(count) < count) {
          VectorMask<Float> aRest = FLOATS.indexInRange(i, count);
          FloatVector aOff = fromArray(FLOATS, x, from + i, aRest).sub(mean, aRest);
          a = aOff.fma(aOff, a);
          VectorMask<Float> bRest = FLOATS.indexInRange(i + ROW, count);
          FloatVector bOff = fromArray(FLOATS, x, from + i + ROW, bRest).sub(mean, bRest);
          b = bOff.fma(bOff, b);
          VectorMask<Float> cRest = FLOATS.indexInRange(i + 2 * ROW, count);
          FloatVector cOff = fromArray(FLOATS, x, from + i + 2 * ROW, cRest).sub(mean, cRest);
          c = cOff.fma(cOff, c);
          VectorMask<Float> dRest = FLOATS.indexInRange(i + 3 * ROW, count);
          FloatVector dOff = fromArray(FLOATS, x, from + i + 3 * ROW, dRest).sub(mean, dRest);
          d = dOff.fma(dOff, d);
        }
        columns = columns.add(a.add(c).add(b.add(d)));
      }
      total = total.add(columns);
    }
    return Columns.addUp(total);
  }

  /** Returns Σ x[xFrom + i]·y[yFrom + i], i from 0 to {@code count}. */
  static float dot(float[] x, int xFrom, float[] y, int yFrom, int count) {
    FloatVector total = zero(FLOATS);
    for (int first = 0; first < FIRSTS; first += FLOATS.length()) {
      FloatVector columns = zero(FLOATS);
      for (int column = first; column < ROW; column += SECONDS) {
        FloatVector a = zero(FLOATS);
        FloatVector b = zero(FLOATS);
        FloatVector c = zero(FLOATS);
        FloatVector d = zero(FLOATS);
        int i = column;
        for (int end = column + Columns.wholeBlocks(count); i < end; i += BLOCK) {
          a = fromArray(FLOATS, x, xFrom + i).fma(fromArray(FLOATS, y, yFrom + i), a);
          b = fromArray(FLOATS, x, xFrom + i + ROW).fma(fromArray(FLOATS, y, yFrom + i + ROW), b);
          c =
              fromArray(FLOATS, x, xFrom + i + 2 * ROW)
                  .fma(fromArray(FLOATS, y, yFrom + i + 2 * ROW), c);
          d =
              fromArray(FLOATS, x, xFrom + i + 3 * ROW)
                  .fma(fromArray(FLOATS, y, yFrom + i + 3 * ROW), d);
        }
        if (Columns.wholeBlocks(count) < count) {
          VectorMask<Float> aRest = FLOATS.indexInRange(i, count);
          FloatVector aX = fromArray(FLOATS, x, xFrom + i, aRest);
          a = aX.fma(fromArray(FLOATS, y, yFrom + i, aRest), a);
          VectorMask<Float> bRest = FLOATS.indexInRange(i + ROW, count);
          FloatVector bX = fromArray(FLOATS, x, xFrom + i + ROW, bRest);
          b = bX.fma(fromArray(FLOATS, y, yFrom + i + ROW, bRest), b);
          VectorMask<Float> cRest = FLOATS.indexInRange(i + 2 * ROW, count);
          FloatVector cX = fromArray(FLOATS, x, xFrom + i + 2 * ROW, cRest);
          c = cX.fma(fromArray(FLOATS, y, yFrom + i + 2 * ROW, cRest), c);
          VectorMask<Float> dRest = FLOATS.indexInRange(i + 3 * ROW, count);
          FloatVector dX = fromArray(FLOATS, x, xFrom + i + 3 * ROW, dRest);
          d = dX.fma(fromArray(FLOATS, y, yFrom + i + 3 * ROW, dRest), d);
        }
        columns = columns.add(a.add(c).add(b.add(d)));
      }
      total = total.add(columns);
    }
    return Columns.addUp(total);
  }

  /** Returns Σ (weight[i]·x[from + i])·(scale·y[from + i]), i from 0 to {@code count}. */
  static float weightedDot(float[] weight, float[] x, float[] y, int from, int count, float scale) {
    FloatVector total = zero(FLOATS);
    for (int first = 0; first < FIRSTS; first += FLOATS.length()) {
      FloatVector columns = zero(FLOATS);
      for (int column = first; column < ROW; column += SECONDS) {
        FloatVector a = zero(FLOATS);
        FloatVector b = zero(FLOATS);
        FloatVector c = zero(FLOATS);
        FloatVector d = zero(FLOATS);
        int i = column;
        for (int end = column + Columns.wholeBlocks(count); i < end; i += BLOCK) {
          FloatVector aX = fromArray(FLOATS, weight, i).mul(fromArray(FLOATS, x, from + i));
          a = aX.fma(fromArray(FLOATS, y, from + i).mul(scale), a);
          FloatVector bX =
              fromArray(FLOATS, weight, i + ROW).mul(fromArray(FLOATS, x, from + i + ROW));
          b = bX.fma(fromArray(FLOATS, y, from + i + ROW).mul(scale), b);
          FloatVector cX =
              fromArray(FLOATS, weight, i + 2 * ROW).mul(fromArray(FLOATS, x, from + i + 2 * ROW));
          c = cX.fma(fromArray(FLOATS, y, from + i + 2 * ROW).mul(scale), c);
          FloatVector dX =
              fromArray(FLOATS, weight, i + 3 * ROW).mul(fromArray(FLOATS, x, from + i + 3 * ROW));
          d = dX.fma(fromArray(FLOATS, y, from + i + 3 * ROW).mul(scale), d);
        }
        if (Columns.wholeBlocks(count) < count) {
          VectorMask<Float> aRest = FLOATS.indexInRange(i, count);
          FloatVector aW = fromArray(FLOATS, weight, i, aRest);
          FloatVector aX = aW.mul(fromArray(FLOATS, x, from + i, aRest));
          FloatVector aY = fromArray(FLOATS, y, from + i, aRest).mul(scale, aRest);
          a = aX.fma(aY, a);
          VectorMask<Float> bRest = FLOATS.indexInRange(i + ROW, count);
          FloatVector bW = fromArray(FLOATS, weight, i + ROW, bRest);
          FloatVector bX = bW.mul(fromArray(FLOATS, x, from + i + ROW, bRest));
          FloatVector bY = fromArray(FLOATS, y, from + i + ROW, bRest).mul(scale, bRest);
          b = bX.fma(bY, b);
          VectorMask<Float> cRest = FLOATS.indexInRange(i + 2 * ROW, count);
          FloatVector cW = fromArray(FLOATS, weight, i + 2 * ROW, cRest);
          FloatVector cX = cW.mul(fromArray(FLOATS, x, from + i + 2 * ROW, cRest));
          FloatVector cY = fromArray(FLOATS, y, from + i + 2 * ROW, cRest).mul(scale, cRest);
          c = cX.fma(cY, c);
          VectorMask<Float> dRest = FLOATS.indexInRange(i + 3 * ROW, count);
          FloatVector dW = fromArray(FLOATS, weight, i + 3 * ROW, dRest);
          FloatVector dX = dW.mul(fromArray(FLOATS, x, from + i + 3 * ROW, dRest));
          FloatVector dY = fromArray(FLOATS, y, from + i + 3 * ROW, dRest).mul(scale, dRest);
          d = dX.fma(dY, d);
        }
        columns = columns.add(a.add(c).add(b.add(d)));
      }
      total = total.add(columns);
    }
    return Columns.addUp(total);
  }
}
