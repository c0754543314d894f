package dev.amalgam.bench;

import dev.amalgam.core.kernel.MersenneTwister;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** PyTorch's draws: made, and passed over. */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class MersenneTwisterBenchmark {

  private final MersenneTwister twister = new MersenneTwister(1);
  private final int[] draws = new int[Block.SIZE];

  @Benchmark
  public int[] fill(Traffic traffic) {
    twister.fill(draws, Block.SIZE);
    traffic.block(4);
    return draws;
  }

  @Benchmark
  public MersenneTwister skip() {
    twister.skip(Block.SIZE);
    return twister;
  }
}
