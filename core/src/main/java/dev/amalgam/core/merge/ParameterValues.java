package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.Setting;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters of one tensor, resolved and checked: every parameter that the method reads has a
 * value in its domain.
 *
 * @param values the value of each parameter
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

  /**
   * Returns the value of a numeric parameter.
   *
   * @throws IllegalArgumentException if the method does not declare it as a number
   */
  public double number(String name) {
    if (values.get(name) instanceof Setting.Number(double value)) {
      return value;
    }
    throw new IllegalArgumentException("no number " + name);
  }

  /**
   * Returns the value of a parameter that is a word.
   *
   * @throws IllegalArgumentException if the method does not declare it as a choice
   */
  public String word(String name) {
    if (values.get(name) instanceof Setting.Word(String value)) {
      return value;
    }
    throw new IllegalArgumentException("no word " + name);
  }

  /** Returns whether a parameter that is a flag is set. */
  public boolean flag(String name) {
    return word(name).equals("true");
  }
}
