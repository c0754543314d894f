package dev.amalgam.core.plan;

import dev.amalgam.core.NearestWord;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives each parameter its value for a tensor: the model's setting, else the slice's, else the
 * recipe's, else the default. A setting by name that matches no filter falls through to the next
 * level.
 */
final class ParameterResolver {

  private final MergeMethod method;
  private final Recipe recipe;
  private final Map<String, Setting> slice;

  /**
   * Creates the resolver.
   *
   * @param entries the models that are merged with one another
   * @param slice the settings of the slice that they are listed in
   * @throws RecipeException if the recipe sets a parameter that the method does not read there
   */
  ParameterResolver(
      MergeMethod method, Recipe recipe, List<ModelEntry> entries, Map<String, Setting> slice) {
    this.method = method;
    this.recipe = recipe;
    this.slice = slice;
    checkNames("parameters", recipe.parameters(), method.parameters());
    checkNames("parameters of the slice", slice, method.parameters());
    List<Parameter<?>> ofModels =
        method.parameters().stream().filter(p -> p.scope() == Parameter.Scope.MODEL).toList();
    for (ModelEntry model : entries) {
      checkNames("parameters of " + model.model(), model.parameters(), ofModels);
    }
  }

  private void checkNames(String where, Map<String, Setting> set, List<Parameter<?>> readable) {
    List<String> names = readable.stream().map(Parameter::name).toList();
    for (String name : set.keySet().stream().sorted().toList()) {
      if (!names.contains(name)) {
        throw new RecipeException(
            "%s: merge_method %s does not read %s here; %s"
                .formatted(where, method.name(), RecipeException.quote(name), cure(name, names)));
      }
    }
  }

  private String cure(String name, List<String> readable) {
    if (method.parameters().stream().anyMatch(p -> p.name().equals(name))) {
      return "it is set for the whole recipe, under the top-level 'parameters'";
    }
    Optional<String> meant = NearestWord.nearest(name, readable);
    if (meant.isPresent()) {
      return "did you mean '" + meant.get() + "'?";
    }
    boolean knownElsewhere =
        MergeMethods.all().stream()
            .flatMap(m -> m.parameters().stream())
            .anyMatch(p -> p.name().equals(name));
    return (knownElsewhere ? "other methods do; remove it here. " : "")
        + (readable.isEmpty() ? "It reads none" : "It reads " + String.join(", ", readable));
  }

  /** Returns the recipe-wide parameters of a tensor. */
  ParameterValues recipeWide(String tensor, double position) {
    return resolve(Parameter.Scope.RECIPE, Optional.empty(), tensor, position);
  }

  /** Returns the parameters of one model's tensor. */
  ParameterValues ofModel(ModelEntry model, String tensor, double position) {
    return resolve(Parameter.Scope.MODEL, Optional.of(model), tensor, position);
  }

  private ParameterValues resolve(
      Parameter.Scope scope, Optional<ModelEntry> model, String tensor, double position) {
    Map<String, Setting.Scalar> values = new HashMap<>();
    for (Parameter<?> parameter : method.parameters()) {
      if (parameter.scope() == scope) {
        values.put(parameter.name(), resolve(parameter, model, tensor, position));
      }
    }
    return new ParameterValues(values);
  }

  private Setting.Scalar resolve(
      Parameter<?> parameter, Optional<ModelEntry> model, String tensor, double position) {
    Setting.Scalar value =
        model
            .flatMap(m -> of(m.parameters(), parameter, tensor, position))
            .or(() -> of(slice, parameter, tensor, position))
            .or(() -> of(recipe.parameters(), parameter, tensor, position))
            .or(parameter::fallback)
            .orElseThrow(() -> new RecipeException(missing(parameter, model, tensor)));
    return parameter
        .domain()
        .accept(value)
        .orElseThrow(
            () ->
                new RecipeException(
                    "%s: %s is %s; it takes %s"
                        .formatted(
                            place(model, tensor),
                            parameter.name(),
                            written(value),
                            parameter.domain().describe())));
  }

  private static Optional<Setting.Scalar> of(
      Map<String, Setting> level, Parameter<?> parameter, String tensor, double position) {
    return Optional.ofNullable(level.get(parameter.name()))
        .flatMap(setting -> setting.at(tensor, position));
  }

  private String missing(Parameter<?> parameter, Optional<ModelEntry> model, String tensor) {
    return "%s: merge_method %s needs '%s' (%s) and the recipe sets none that fits this tensor; add it under 'parameters'"
        .formatted(place(model, tensor), method.name(), parameter.name(), parameter.meaning());
  }

  private static String place(Optional<ModelEntry> model, String tensor) {
    return model.map(m -> m.model() + ", ").orElse("") + "tensor " + RecipeException.quote(tensor);
  }

  private static String written(Setting.Scalar value) {
    return switch (value) {
      case Setting.Number(double number) -> Double.toString(number);
      case Setting.Word(String text) -> RecipeException.quote(text);
    };
  }
}
