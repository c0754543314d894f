package dev.amalgam.core.layer;

/** A function from states to states. */
public interface Layer {

  /** Returns what the layer makes of {@code x}, which it leaves as it is. */
  Output forward(States x, Pass pass);
}
