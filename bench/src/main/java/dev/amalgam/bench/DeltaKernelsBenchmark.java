package dev.amalgam.bench;

import dev.amalgam.core.kernel.DeltaKernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The loops of delta merging, the twins side by side. Each may run on its own result: what is
 * dropped once is dropped again, so the branches stay as hard to predict.
 */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class DeltaKernelsBenchmark {

  private static final int LOW = Float.floatToRawIntBits(0.02f);
  private static final int HIGH = Float.floatToRawIntBits(0.07f);
  private static final int HALF = 0x8000_0000;

  @Param public Twin twin;

  private final float[] x = Block.weights(1);
  private final float[] majority = Block.weights(2);
  private final float[] sum = new float[Block.SIZE];
  private final float[] divisor = new float[Block.SIZE];
  private final int[] draws = new int[Block.SIZE];
  private DeltaKernels delta;

  @Setup
  public void prepare() {
    delta = twin.kernels().delta();
    delta.draw(1, 0, draws, Block.SIZE);
  }

  @Benchmark
  public float[] keepBand(Traffic traffic) {
    delta.keepBand(x, Block.SIZE, LOW, HIGH);
    traffic.block(8);
    return x;
  }

  @Benchmark
  public float[] keepDrawn(Traffic traffic) {
    delta.keepDrawn(x, Block.SIZE, draws, HALF);
    traffic.block(12);
    return x;
  }

  @Benchmark
  public float[] addAgreeing(Traffic traffic) {
    delta.addAgreeing(x, 0.5f, majority, sum, divisor, Block.SIZE);
    traffic.block(24);
    return sum;
  }

  @Benchmark
  public int[] draw(Traffic traffic) {
    delta.draw(1, 0, draws, Block.SIZE);
    traffic.block(4);
    return draws;
  }
}
