package dev.amalgam.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts the floating-point operations of a benchmark, so that its speed can be reported. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {

  /** The operations done; JMH resets it and reports time per operation. */
  public long flops;
}
