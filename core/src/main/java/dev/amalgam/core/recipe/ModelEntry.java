package dev.amalgam.core.recipe;

import java.util.Map;

/**
 * A model that a recipe lists.
 *
 * @param model the reference as the recipe writes it
 * @param parameters the settings of this model alone
 */
public record ModelEntry(String model, Map<String, Setting> parameters) {
  /** Copies the map. */
  public ModelEntry {
    parameters = Map.copyOf(parameters);
  }
}
