package dev.amalgam.core.recipe;

import dev.amalgam.core.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recipes for tests. A parameter's value is a number, a word, a boolean, a list of numbers (a
 * gradient), or a {@link Setting}.
 */
public final class RecipeBuilder {

  private final String method;
  private final List<ModelEntry> models = new ArrayList<>();
  private final List<Slice> slices = new ArrayList<>();
  private final Map<String, Setting> parameters = new HashMap<>();
  private Optional<String> base = Optional.empty();
  private Optional<DType> dtype = Optional.empty();
  private Optional<DType> outDtype = Optional.empty();
  private Recipe.RandomMasks masks = Recipe.RandomMasks.COUNTER;
  private Recipe.Missing missing = Recipe.Missing.ERROR;

  /** Begins a recipe. */
  public RecipeBuilder(String method) {
    this.method = method;
  }

  /** Lists a model. */
  public RecipeBuilder model(String model, Map<String, ?> set) {
    models.add(new ModelEntry(model, settings(set)));
    return this;
  }

  /** Adds a slice. */
  public RecipeBuilder slice(Map<String, ?> set, Slice.Source... sources) {
    slices.add(new Slice(List.of(sources), settings(set)));
    return this;
  }

  /** Returns a source of a slice. */
  public static Slice.Source source(String model, int from, int to, Map<String, ?> set) {
    return new Slice.Source(new ModelEntry(model, settings(set)), from, to);
  }

  private static Map<String, Setting> settings(Map<String, ?> set) {
    Map<String, Setting> settings = new HashMap<>();
    set.forEach((name, value) -> settings.put(name, setting(value)));
    return settings;
  }

  /** Sets a recipe-wide parameter. */
  public RecipeBuilder parameter(String name, Object value) {
    parameters.put(name, setting(value));
    return this;
  }

  /** Sets {@code base_model}. */
  public RecipeBuilder base(String model) {
    base = Optional.of(model);
    return this;
  }

  /** Sets {@code dtype}. */
  public RecipeBuilder dtype(DType type) {
    dtype = Optional.of(type);
    return this;
  }

  /** Sets {@code out_dtype}. */
  public RecipeBuilder outDtype(DType type) {
    outDtype = Optional.of(type);
    return this;
  }

  /** Sets {@code random_compatibility}. */
  public RecipeBuilder masks(Recipe.RandomMasks value) {
    masks = value;
    return this;
  }

  /** Sets {@code missing}. */
  public RecipeBuilder missing(Recipe.Missing value) {
    missing = value;
    return this;
  }

  /** Returns the recipe. */
  public Recipe build() {
    return new Recipe(
        method,
        base,
        models,
        parameters,
        dtype,
        outDtype,
        Optional.empty(),
        masks,
        missing,
        Optional.empty(),
        slices);
  }

  /** Returns a choice by tensor name with one case. */
  public static Setting where(String filter, Object value) {
    return new Setting.ByName(List.of(new Setting.Case(Optional.of(filter), setting(value))));
  }

  private static Setting setting(Object value) {
    return switch (value) {
      case Setting setting -> setting;
      case Number number -> new Setting.Number(number.doubleValue());
      case List<?> list ->
          new Setting.Gradient(list.stream().map(n -> ((Number) n).doubleValue()).toList());
      default -> new Setting.Word(value.toString());
    };
  }
}
