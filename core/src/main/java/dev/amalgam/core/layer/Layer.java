package dev.amalgam.core.layer;

/** A function from states to states. */
public interface Layer {

  /** Returns what the layer makes of {@code x}, which it leaves as it is. */
  Output forward(States x, Pass pass);

  /**
   * Shows every parameter tensor of the layer.
   *
   * @param module the part of a transformer layer that this one belongs to, if it does not know
   *     better
   */
  void parameters(ParameterVisitor.Module module, ParameterVisitor visitor);

  /** Shows on what the parameters work, in the order of a forward pass. */
  void inputs(InputVisitor visitor);
}
