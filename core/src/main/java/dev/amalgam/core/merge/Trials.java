package dev.amalgam.core.merge;

import dev.amalgam.core.tensor.Checkpoint;

/** Makes merged models for a method to try. */
public interface Trials {

  /** Returns the model that a candidate makes. It lasts until the next trial. */
  Checkpoint merge(PreparedMethod candidate);
}
