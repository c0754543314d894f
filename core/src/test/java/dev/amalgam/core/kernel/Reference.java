package dev.amalgam.core.kernel;

import java.util.function.DoubleUnaryOperator;

/** What the kernels approximate, in float64 and straight from the definitions. */
final class Reference {

  private Reference() {}

  static double activation(ActivationFunction f, double x) {
    return switch (f) {
      case SILU -> x * logistic(x);
      case GELU -> x * normal(x);
      case GELU_TANH -> x * logistic(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
      case RELU -> Math.max(x, 0);
      case RELU_SQUARED -> Math.max(x, 0) * Math.max(x, 0);
      case TANH -> StrictMath.tanh(x);
    };
  }

  /** Returns a derivative by central differences, to about 1e-10. */
  static double slope(DoubleUnaryOperator f, double x) {
    double h = 1e-3;
    double near = (f.applyAsDouble(x + h) - f.applyAsDouble(x - h)) / (2 * h);
    double far = (f.applyAsDouble(x + 2 * h) - f.applyAsDouble(x - 2 * h)) / (4 * h);
    return (4 * near - far) / 3;
  }

  static double[] softmax(double[] x) {
    double logSumExp = logSumExp(x);
    double[] p = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      p[i] = StrictMath.exp(x[i] - logSumExp);
    }
    return p;
  }

  static double logSumExp(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : x) {
      sum += StrictMath.exp(value - max);
    }
    return max + StrictMath.log(sum);
  }

  static double[] rmsNorm(double[] x, double[] weight, double epsilon) {
    double sum = 0;
    for (double value : x) {
      sum += value * value;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / Math.sqrt(sum / x.length + epsilon) * weight[i];
    }
    return y;
  }

  static double[] layerNorm(double[] x, double[] weight, double[] bias, double epsilon) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    double[] centred = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      centred[i] = x[i] - sum / x.length;
    }
    double[] y = rmsNorm(centred, weight, epsilon);
    for (int i = 0; i < x.length; i++) {
      y[i] += bias[i];
    }
    return y;
  }

  private static double logistic(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  private static double normal(double x) {
    return x < 0 ? tail(-x) : 1 - tail(x);
  }

  /**
   * Returns 1 − Φ(t): by the series of Φ around 0 (Abramowitz and Stegun 26.2.11), farther out by
   * the continued fraction (26.2.14).
   */
  private static double tail(double t) {
    double density = StrictMath.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
    if (t < 3) {
      double sum = 0;
      double term = t;
      for (int n = 3; term > 1e-20; n += 2) {
        sum += term;
        term *= t * t / n;
      }
      return 0.5 - density * sum;
    }
    double fraction = 0;
    for (int k = 300; k >= 1; k--) {
      fraction = k / (t + fraction);
    }
    return density / (t + fraction);
  }
}
