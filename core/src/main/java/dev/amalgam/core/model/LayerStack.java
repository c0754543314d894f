package dev.amalgam.core.model;

import dev.amalgam.core.layer.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The transformer layers of a model.
 *
 * @param name what the names of their tensors start with, before the number: {@code "layers."}
 * @param count how many layers there are
 * @param form what each is, by its number from 0
 * @param buffers ends of the names of tensors that stand among theirs but are no parameters
 */
public record LayerStack(
    String name, int count, IntFunction<? extends LayerForm> form, List<String> buffers) {

  /** Copies the list. */
  public LayerStack {
    buffers = List.copyOf(buffers);
  }

  /**
   * Returns the layers.
   *
   * @param hidden the width of the states
   * @throws dev.amalgam.core.layer.ModelException if a tensor is missing, of another shape, or
   *     stands among those of the layers and belongs to none
   */
  public List<Layer> make(int hidden, ModelWeights weights) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(form.apply(i).make(i, hidden, weights.under(name + i + ".")));
    }
    weights.under(name).checkAllFound(buffers);
    return List.copyOf(layers);
  }
}
