package dev.amalgam.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The merge loop of each method: a block is filled and merged, after the scans that the method asks
 * for. Without conversion, reading and writing.
 */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class MergeBenchmark {

  @Param({
    "linear",
    "slerp",
    "task_arithmetic",
    "ties",
    "dare_linear",
    "dare_ties",
    "della",
    "breadcrumbs"
  })
  public String method;

  private final float[] out = new float[Block.SIZE];
  private MergeFixture fixture;

  @Setup
  public void prepare() {
    fixture = new MergeFixture(method).afterScans(Integer.MAX_VALUE);
  }

  @Benchmark
  public float[] merge(Traffic traffic) {
    fixture.merge().merge(fixture.fill(), out);
    traffic.block(fixture.bytesPerElement());
    return out;
  }
}
