package dev.amalgam.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Multiplications in registers, on one core: what products are held against. */
@State(Scope.Thread)
public class PeakBenchmark {

  private static final int ROUNDS = 10_000;

  private final float[] start = new float[64];

  @Benchmark
  public float multiply(Work work) {
    work.flops += (long) Peak.flops(ROUNDS);
    return Peak.multiply(ROUNDS, start);
  }
}
