package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.Setting;
import java.util.Map;

/**
 * The parameters of one tensor, resolved and checked: every parameter that the method reads has a
 * value in its domain. {@link Parameter#of(ParameterValues)} reads one of them.
 *
 * @param values the value of each parameter, by its name
 */
public record ParameterValues(Map<String, Setting.Scalar> values) {

  /** Copies the map. */
  public ParameterValues {
    values = Map.copyOf(values);
  }
}
