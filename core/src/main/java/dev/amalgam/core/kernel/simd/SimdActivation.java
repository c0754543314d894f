package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.kernel.ActivationKernels;
import dev.amalgam.core.kernel.scalar.ScalarActivation;
import dev.amalgam.core.kernel.simd.VectorActivation.Pass;

/** Activation functions with the Vector API; the scalar twin finishes each range. */
final class SimdActivation implements ActivationKernels {

  private final VectorActivation silu = new SimdSilu();
  private final VectorActivation gelu = new SimdGelu();
  private final VectorActivation geluTanh = new SimdGeluTanh();
  private final VectorActivation relu = new SimdRelu();
  private final VectorActivation reluSquared = new SimdReluSquared();
  private final VectorActivation tanh = new SimdTanh();
  private final ScalarActivation scalar = new ScalarActivation();

  @Override
  public void apply(ActivationFunction f, float[] x, float[] y, int from, int to) {
    int bound = bound(from, to);
    loop(f).run(Pass.APPLY, x, null, null, y, null, from, bound);
    scalar.apply(f, x, y, bound, to);
  }

  @Override
  public void backward(ActivationFunction f, float[] x, float[] dy, float[] dx, int from, int to) {
    int bound = bound(from, to);
    loop(f).run(Pass.BACKWARD, x, null, dy, dx, null, from, bound);
    scalar.backward(f, x, dy, dx, bound, to);
  }

  @Override
  public void gate(ActivationFunction f, float[] gate, float[] up, float[] y, int from, int to) {
    int bound = bound(from, to);
    loop(f).run(Pass.GATE, gate, up, null, y, null, from, bound);
    scalar.gate(f, gate, up, y, bound, to);
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
    int bound = bound(from, to);
    loop(f).run(Pass.GATE_BACKWARD, gate, up, dy, dGate, dUp, from, bound);
    scalar.gateBackward(f, gate, up, dy, dGate, dUp, bound, to);
  }

  private VectorActivation loop(ActivationFunction f) {
    return switch (f) {
      case SILU -> silu;
      case GELU -> gelu;
      case GELU_TANH -> geluTanh;
      case RELU -> relu;
      case RELU_SQUARED -> reluSquared;
      case TANH -> tanh;
    };
  }

  private static int bound(int from, int to) {
    return from + FLOATS.loopBound(to - from);
  }
}
