package dev.amalgam.core.model;

import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Layer;
import java.util.List;

/**
 * A transformer, its weights unread.
 *
 * @param embedding makes the first states
 * @param layers the transformer layers, each of which turns states into the next
 * @param head makes predictions of the last states
 * @param maxPositions the most tokens of a sequence that the model was made for
 */
public record Model(Embedding embedding, List<Layer> layers, Head head, int maxPositions) {

  /** Copies the list. */
  public Model {
    layers = List.copyOf(layers);
  }
}
