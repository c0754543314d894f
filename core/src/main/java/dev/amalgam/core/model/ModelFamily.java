package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A kind of transformer: how its config is read, its tensors named and its layers made. */
interface ModelFamily {

  /** Returns the values of {@code model_type} that mean this family. */
  Set<String> types();

  /**
   * Returns how the names end of the tensors that have a row, or an element, for each token: the
   * input embedding first, then what belongs to a head that predicts tokens.
   */
  List<String> tokenTensors();

  /**
   * Returns the model that a config and weights make.
   *
   * @param head where the task head comes from, if from elsewhere
   * @throws dev.amalgam.core.layer.ModelException if the config or a tensor does not fit
   */
  Model build(ModelSource source, Optional<ModelSource> head);
}
