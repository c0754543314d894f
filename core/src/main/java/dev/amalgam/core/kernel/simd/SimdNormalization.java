package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.amalgam.core.kernel.NormalizationKernels;
import dev.amalgam.core.kernel.scalar.ScalarNormalization;
import jdk.incubator.vector.FloatVector;

/**
 * RMSNorm and LayerNorm with the Vector API; the scalar twin finishes each row. The elementwise
 * loops are written out because their arrays start at different places, and might be one array for
 * all that the compiler knows, which keeps it from vectorising them.
 */
final class SimdNormalization implements NormalizationKernels {

  @Override
  public float rmsNorm(float[] x, int from, int count, float[] weight, float epsilon, float[] y) {
    float mean = SimdSums.dot(x, from, x, from, count) / count;
    float reciprocal = ScalarNormalization.reciprocal(mean, epsilon);
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector normalized = fromArray(FLOATS, x, from + i).mul(reciprocal);
      normalized.mul(fromArray(FLOATS, weight, i)).intoArray(y, from + i);
    }
    ScalarNormalization.scale(x, from, bound, count, weight, reciprocal, y);
    return reciprocal;
  }

  @Override
  public void rmsNormBackward(
      float[] x, int from, int count, float[] weight, float reciprocal, float[] dy, float[] dx) {
    float along = SimdSums.weightedDot(weight, dy, x, from, count, reciprocal) / count;
    FloatVector minusAlong = FloatVector.broadcast(FLOATS, -along);
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector g = fromArray(FLOATS, weight, i).mul(fromArray(FLOATS, dy, from + i));
      FloatVector normalized = fromArray(FLOATS, x, from + i).mul(reciprocal);
      normalized.fma(minusAlong, g).mul(reciprocal).intoArray(dx, from + i);
    }
    ScalarNormalization.project(x, from, bound, count, weight, reciprocal, along, dy, dx);
  }

  @Override
  public float layerNorm(
      float[] x, int from, int count, float[] weight, float[] bias, float epsilon, float[] y) {
    float mean = SimdSums.sum(x, from, count) / count;
    float variance = SimdSums.squaredDeviations(x, from, count, mean) / count;
    float reciprocal = ScalarNormalization.reciprocal(variance, epsilon);
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector normalized = fromArray(FLOATS, x, from + i).sub(mean).mul(reciprocal);
      normalized
          .fma(fromArray(FLOATS, weight, i), fromArray(FLOATS, bias, i))
          .intoArray(y, from + i);
    }
    ScalarNormalization.scale(x, from, bound, count, weight, bias, mean, reciprocal, y);
    return reciprocal;
  }

  @Override
  public void layerNormalized(
      float[] x, int from, int count, float reciprocal, float[] normalized) {
    float mean = SimdSums.sum(x, from, count) / count;
    ScalarNormalization.normalize(x, from, from + count, mean, reciprocal, normalized);
  }

  @Override
  public void layerNormBackward(
      float[] normalized,
      int from,
      int count,
      float[] weight,
      float reciprocal,
      float[] dy,
      float[] dx) {
    float mean = SimdSums.dot(weight, 0, dy, from, count) / count;
    float along = SimdSums.weightedDot(weight, dy, normalized, from, count, 1f) / count;
    FloatVector minusAlong = FloatVector.broadcast(FLOATS, -along);
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector g = fromArray(FLOATS, weight, i).mul(fromArray(FLOATS, dy, from + i)).sub(mean);
      FloatVector rest = fromArray(FLOATS, normalized, from + i).fma(minusAlong, g);
      rest.mul(reciprocal).intoArray(dx, from + i);
    }
    ScalarNormalization.project(
        normalized, from, bound, count, weight, reciprocal, mean, along, dy, dx);
  }
}
