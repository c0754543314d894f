package dev.amalgam.core.kernel.scalar;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.kernel.ActivationKernels;

/**
 * Activation functions and their derivatives in plain Java. Arguments so large that a factor would
 * overflow are cut first to where the function has reached its limit.
 */
public final class ScalarActivation implements ActivationKernels {

  /** Beyond it e^−x is 0. */
  public static final float SILU_HIGHEST = -ScalarExp.LOWEST;

  /** Below it e^−x is infinite. */
  public static final float SILU_LOWEST = -ScalarExp.HIGHEST;

  /** Beyond it the exponential in the logistic form of the tanh GELU is 0. */
  public static final float GELU_TANH_HIGHEST = 10f;

  /** Below it the exponential in the logistic form of the tanh GELU is infinite. */
  public static final float GELU_TANH_LOWEST = -10.07f;

  /** {@code 2·√(2/π)}. */
  public static final float INNER = 1.5957691216057308f;

  /** {@code 2·√(2/π)·0.044715}. */
  public static final float INNER_CUBIC = 0.07135481627159744f;

  @Override
  public void apply(ActivationFunction f, float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = value(f, x[i]);
    }
  }

  @Override
  public void backward(ActivationFunction f, float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] = dy[i] * slope(f, x[i]);
    }
  }

  @Override
  public void gate(ActivationFunction f, float[] gate, float[] up, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = value(f, gate[i]) * up[i];
    }
  }

  @Override
  public void gateBackward(
      ActivationFunction f,
      float[] gate,
      float[] up,
      float[] dy,
      float[] dGate,
      float[] dUp,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      float value = value(f, gate[i]);
      float slope = slope(f, gate[i]);
      float gradient = dy[i];
      dGate[i] = gradient * up[i] * slope;
      dUp[i] = gradient * value;
    }
  }

  private static float value(ActivationFunction f, float x) {
    return switch (f) {
      case SILU -> silu(x);
      case GELU -> gelu(x);
      case GELU_TANH -> geluTanh(x);
      case RELU -> relu(x);
      case RELU_SQUARED -> relu(x) * relu(x);
      case TANH -> ScalarExp.tanh(x);
    };
  }

  private static float slope(ActivationFunction f, float x) {
    return switch (f) {
      case SILU -> siluSlope(x);
      case GELU -> geluSlope(x);
      case GELU_TANH -> geluTanhSlope(x);
      case RELU -> x <= 0f ? 0f : 1f;
      case RELU_SQUARED -> 2f * relu(x);
      case TANH -> tanhSlope(x);
    };
  }

  private static float relu(float x) {
    return x < 0f ? 0f : x;
  }

  private static float silu(float x) {
    float notBelow = x < SILU_LOWEST ? SILU_LOWEST : x;
    return notBelow * logistic(notBelow > SILU_HIGHEST ? SILU_HIGHEST : notBelow);
  }

  private static float siluSlope(float x) {
    float notBelow = x < SILU_LOWEST ? SILU_LOWEST : x;
    float within = notBelow > SILU_HIGHEST ? SILU_HIGHEST : notBelow;
    float s = logistic(within);
    return s * Math.fma(within, 1f - s, 1f);
  }

  // With σ(2u) for ½(1 + tanh(u)).
  private static float geluTanh(float x) {
    float notBelow = x < GELU_TANH_LOWEST ? GELU_TANH_LOWEST : x;
    float within = notBelow > GELU_TANH_HIGHEST ? GELU_TANH_HIGHEST : notBelow;
    return notBelow * logistic(within * Math.fma(within * within, INNER_CUBIC, INNER));
  }

  private static float geluTanhSlope(float x) {
    float notBelow = x < GELU_TANH_LOWEST ? GELU_TANH_LOWEST : x;
    float within = notBelow > GELU_TANH_HIGHEST ? GELU_TANH_HIGHEST : notBelow;
    float square = within * within;
    float s = logistic(within * Math.fma(square, INNER_CUBIC, INNER));
    float inner = within * Math.fma(square, 3 * INNER_CUBIC, INNER);
    return s * Math.fma(inner, 1f - s, 1f);
  }

  // x·Φ(x) = max(x, 0) − |x|·(1 − Φ(|x|)).
  private static float gelu(float x) {
    float magnitude = Math.abs(x);
    float t = magnitude > ScalarNormal.WIDEST ? ScalarNormal.WIDEST : magnitude;
    float tail = ScalarNormal.bell(t) * ScalarNormal.ratio(t);
    return Math.fma(-t, tail, x < 0f ? 0f : x);
  }

  private static float geluSlope(float x) {
    float magnitude = Math.abs(x);
    float t = magnitude > ScalarNormal.WIDEST ? ScalarNormal.WIDEST : magnitude;
    float left = ScalarNormal.bell(t) * Math.fma(t, -ScalarNormal.PEAK, ScalarNormal.ratio(t));
    return x < 0f ? left : 1f - left;
  }

  private static float tanhSlope(float x) {
    float y = ScalarExp.tanh(x);
    return Math.fma(-y, y, 1f);
  }

  // 1/(1 + e^−x), within what expWithin takes.
  private static float logistic(float x) {
    return 1f / (1f + ScalarExp.expWithin(-x));
  }
}
