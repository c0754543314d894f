package dev.amalgam.bench;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.kernel.ActivationKernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Activation functions and their gradients, the twins side by side. */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class ActivationBenchmark {

  @Param public ActivationFunction function;

  @Param public Twin twin;

  private final float[] x = Block.activations(1);
  private final float[] up = Block.activations(2);
  private final float[] dy = Block.activations(3);
  private final float[] out = new float[Block.SIZE];
  private final float[] dUp = new float[Block.SIZE];
  private ActivationKernels activation;

  @Setup
  public void prepare() {
    activation = twin.kernels().activation();
  }

  @Benchmark
  public float[] apply(Traffic traffic) {
    activation.apply(function, x, out, 0, Block.SIZE);
    traffic.block(8);
    return out;
  }

  @Benchmark
  public float[] backward(Traffic traffic) {
    activation.backward(function, x, dy, out, 0, Block.SIZE);
    traffic.block(12);
    return out;
  }

  @Benchmark
  public float[] gate(Traffic traffic) {
    activation.gate(function, x, up, out, 0, Block.SIZE);
    traffic.block(12);
    return out;
  }

  @Benchmark
  public float[] gateBackward(Traffic traffic) {
    activation.gateBackward(function, x, up, dy, out, dUp, 0, Block.SIZE);
    traffic.block(20);
    return out;
  }
}
