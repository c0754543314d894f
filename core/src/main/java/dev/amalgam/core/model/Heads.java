package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;

/** What there is to say of an encoder without a head. */
final class Heads {

  private Heads() {}

  static ModelException none(ModelConfig config) {
    return new ModelException(
        "%s describes an encoder without a task head, which predicts nothing; take the head of a fine-tuned model with --head"
            .formatted(config.place()));
  }
}
