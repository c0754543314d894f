package dev.amalgam.bench;

import dev.amalgam.core.kernel.Reduction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Float64 sums over a block, which the compiler is trusted to vectorise. */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class ReductionBenchmark {

  private final Reduction reduction = new Reduction();
  private final float[] a = Block.weights(1);
  private final float[] b = Block.weights(2);

  @Benchmark
  public double sumAbs(Traffic traffic) {
    traffic.block(4);
    return reduction.sumAbs(a, Block.SIZE);
  }

  @Benchmark
  public double sumSquares(Traffic traffic) {
    traffic.block(4);
    return reduction.sumSquares(a, Block.SIZE);
  }

  @Benchmark
  public double dot(Traffic traffic) {
    traffic.block(8);
    return reduction.dot(a, b, Block.SIZE);
  }

  @Benchmark
  public double squaredDistance(Traffic traffic) {
    traffic.block(8);
    return reduction.squaredDistance(a, b, Block.SIZE);
  }

  @Benchmark
  public int countDifferent(Traffic traffic) {
    traffic.block(8);
    return Reduction.countDifferent(a, b, Block.SIZE);
  }
}
