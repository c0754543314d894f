package dev.amalgam.bench;

import dev.amalgam.core.merge.TensorMerge;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The scans by which TIES finds the threshold of two experts: pass 0 counts the upper 16 bits of
 * every magnitude, pass 1 the lower bits where the upper ones decide. Both include filling the
 * block and taking the deltas.
 */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class SelectionBenchmark {

  @Param({"0", "1"})
  public int pass;

  private MergeFixture fixture;
  private TensorMerge.Scan scan;

  @Setup
  public void prepare() {
    fixture = new MergeFixture("ties").afterScans(pass);
    scan = fixture.merge().nextScan().orElseThrow();
  }

  @Benchmark
  public TensorMerge.Scan select(Traffic traffic) {
    scan.visit(fixture.fill());
    traffic.block(fixture.bytesPerElement());
    return scan;
  }
}
