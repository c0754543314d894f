package dev.amalgam.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The copy of a block from array to array: the bandwidth that streaming kernels are held against.
 */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class CopyBenchmark {

  private final float[] source = Block.weights(1);
  private final float[] target = new float[Block.SIZE];

  @Benchmark
  public float[] copy(Traffic traffic) {
    System.arraycopy(source, 0, target, 0, Block.SIZE);
    traffic.block(8);
    return target;
  }
}
