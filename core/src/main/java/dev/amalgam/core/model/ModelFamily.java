package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of transformer: how its config is read, its tensors named and its layers made.
 *
 * <p>A family of another jar is found by {@link java.util.ServiceLoader}: it is public, has a
 * public constructor without arguments, and its module {@code provides} it, or its jar names it in
 * {@code META-INF/services/dev.amalgam.core.model.ModelFamily}. Families have no state.
 */
public interface ModelFamily {

  /** Returns the values of {@code model_type} that mean this family; no other family has them. */
  Set<String> types();

  /**
   * Returns how the names end of the tensors that have a row, or an element, for each token: the
   * input embedding first, then what belongs to a head that predicts tokens.
   */
  List<String> tokenTensors();

  /**
   * Returns the keys that configs of this family may have and that do not change what the model
   * computes, besides those that never do in any model: names, training, generation, tokens. Any
   * other key that {@link #build} does not ask for is an error.
   */
  default Set<String> harmlessKeys() {
    return Set.of();
  }

  /**
   * Returns the model that a config and weights make. Every value that the mathematics depends on
   * is asked for; nothing but names and shapes of tensors is, but for a head that is stored beside
   * the embedding that it is by the config.
   *
   * @param head where the task head comes from, if from elsewhere
   * @throws dev.amalgam.core.layer.ModelException if the config or a tensor does not fit
   */
  Model build(ModelSource source, Optional<ModelSource> head);
}
