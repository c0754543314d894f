package dev.amalgam.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts the bytes that a benchmark reads and writes, so that its bandwidth can be reported. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Traffic {

  /** The bytes moved; JMH resets it and reports time per byte. */
  public long bytes;

  /** Adds a block of {@link Block#SIZE} elements at so many bytes each, read and written. */
  void block(int bytesPerElement) {
    bytes += (long) Block.SIZE * bytesPerElement;
  }
}
