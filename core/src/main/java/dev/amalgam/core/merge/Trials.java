package dev.amalgam.core.merge;

import dev.amalgam.core.tensor.Checkpoint;
import java.lang.foreign.SegmentAllocator;

/** Makes merged models for a method to try. */
public interface Trials {

  /** Returns the model that a candidate makes. It lasts until the next trial. */
  Checkpoint merge(PreparedMethod candidate);

  /**
   * Returns the model that a candidate makes, in at least float32.
   *
   * @param memory where it is, for as long as it is used
   */
  Checkpoint keep(PreparedMethod candidate, SegmentAllocator memory);
}
