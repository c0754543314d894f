package dev.amalgam.core.model;

import dev.amalgam.core.weight.Weights;

/**
 * What a model is made of.
 *
 * @param config its config
 * @param weights its tensors
 */
public record ModelSource(ModelConfig config, Weights weights) {

  /** Returns the same with tensors by the names that families know. */
  ModelSource withPlainNames() {
    return new ModelSource(config, PlainNames.of(weights));
  }
}
