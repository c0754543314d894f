package dev.amalgam.core.model;

import java.util.Optional;
import java.util.Set;

/** A kind of transformer: how its config is read, its tensors named and its layers made. */
interface ModelFamily {

  /** Returns the values of {@code model_type} that mean this family. */
  Set<String> types();

  /**
   * Returns the model that a config and weights make.
   *
   * @param head where the task head comes from, if from elsewhere
   * @throws dev.amalgam.core.layer.ModelException if the config or a tensor does not fit
   */
  Model build(ModelSource source, Optional<ModelSource> head);
}
