package dev.amalgam.core.layer;

import dev.amalgam.core.weight.Weight;

/** Is shown the parameter tensors of layers. */
public interface ParameterVisitor {

  /** A part of a transformer layer. */
  enum Module {
    /** The projections of attention. */
    ATTENTION,
    /** The feed-forward network. */
    MLP,
    /** Normalisations, wherever they stand. */
    NORMS
  }

  /**
   * Shows a tensor.
   *
   * @param inputsFirst whether it is a matrix that is stored as [inputs, outputs]
   */
  void visit(Weight weight, Module module, boolean inputsFirst);
}
