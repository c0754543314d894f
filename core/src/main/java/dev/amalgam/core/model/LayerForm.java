package dev.amalgam.core.model;

import dev.amalgam.core.layer.Layer;

/** One of a model's transformer layers, as a family states it. */
public interface LayerForm {

  /**
   * Returns the layer.
   *
   * @param index its number, from 0
   * @param hidden the width of the states that it takes and gives
   * @param weights its tensors, by their names within the layer
   * @throws dev.amalgam.core.layer.ModelException if a tensor is missing or of another shape
   */
  Layer make(int index, int hidden, ModelWeights weights);
}
