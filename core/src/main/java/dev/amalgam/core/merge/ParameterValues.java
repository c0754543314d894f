package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.Setting;
import java.util.HashMap;
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

  /** Returns the same with other values of some parameters. */
  public ParameterValues with(Map<String, Setting.Scalar> changed) {
    Map<String, Setting.Scalar> all = new HashMap<>(values);
    all.putAll(changed);
    return new ParameterValues(all);
  }
}
