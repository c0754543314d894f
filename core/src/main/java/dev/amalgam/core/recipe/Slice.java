package dev.amalgam.core.recipe;

import java.util.List;
import java.util.Map;

/**
 * Some consecutive layers of the output, merged of equally many layers of each source.
 *
 * @param sources the models and their layers, in the recipe's order; at least one
 * @param parameters the settings of this slice, which serve the sources that set none of their own
 */
public record Slice(List<Source> sources, Map<String, Setting> parameters) {

  /** Copies the collections. */
  public Slice {
    sources = List.copyOf(sources);
    parameters = Map.copyOf(parameters);
  }

  /**
   * Layers of a model.
   *
   * @param entry the model and its settings
   * @param from the number of the first layer, counted from 0
   * @param to the number behind that of the last layer
   */
  public record Source(ModelEntry entry, int from, int to) {

    /** Returns the number of layers. */
    public int layers() {
      return to - from;
    }
  }
}
