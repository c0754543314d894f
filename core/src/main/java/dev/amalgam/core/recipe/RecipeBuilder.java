package dev.amalgam.core.recipe;

import dev.amalgam.core.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A recipe that is built in code. What is not set has the default that a recipe's file has.
 *
 * <p>A parameter's value is a number, a text, a boolean, a list of numbers (a gradient), or a
 * {@link Setting}. Anything else is an {@link IllegalArgumentException}.
 */
public final class RecipeBuilder {

  private final String method;
  private final List<ModelEntry> models = new ArrayList<>();
  private final List<Slice> slices = new ArrayList<>();
  private final Map<String, Setting> parameters = new HashMap<>();
  private Optional<String> base = Optional.empty();
  private Optional<DType> dtype = Optional.empty();
  private Optional<DType> outDtype = Optional.empty();
  private Optional<TokenizerSettings> tokenizer = Optional.empty();
  private Optional<String> heads = Optional.empty();
  private Recipe.RandomMasks masks = Recipe.RandomMasks.COUNTER;
  private Recipe.Missing missing = Recipe.Missing.ERROR;
  private Recipe.NonFinite nonFinite = Recipe.NonFinite.ERROR;
  private Recipe.Names names = Recipe.Names.MATCH;

  /**
   * Begins a recipe.
   *
   * @param method the name of the merge method, as in {@code ties}
   */
  public RecipeBuilder(String method) {
    this.method = method;
  }

  /**
   * Lists a model.
   *
   * @param model its folder, {@code base+adapter}, or whatever else a recipe's file may name
   * @param set its own parameters
   */
  public RecipeBuilder model(String model, Map<String, ?> set) {
    models.add(new ModelEntry(model, settings(set)));
    return this;
  }

  /**
   * Adds a slice: layers behind those of the slices before it.
   *
   * @param set the slice's own parameters
   */
  public RecipeBuilder slice(Map<String, ?> set, Slice.Source... sources) {
    slices.add(new Slice(List.of(sources), settings(set)));
    return this;
  }

  /**
   * Returns a source of a slice.
   *
   * @param from the number of the first layer, counted from 0
   * @param to the number behind that of the last layer
   */
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

  /** Sets {@code non_finite}. */
  public RecipeBuilder nonFinite(Recipe.NonFinite value) {
    nonFinite = value;
    return this;
  }

  /** Sets {@code names}. */
  public RecipeBuilder names(Recipe.Names value) {
    names = value;
    return this;
  }

  /** Sets {@code tokenizer}. */
  public RecipeBuilder tokenizer(TokenizerSettings settings) {
    tokenizer = Optional.of(settings);
    return this;
  }

  /** Sets {@code heads}: {@link Recipe#NO_HEADS}, or a model. */
  public RecipeBuilder heads(String source) {
    heads = Optional.of(source);
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
        tokenizer,
        masks,
        missing,
        nonFinite,
        names,
        heads,
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
      case String word -> new Setting.Word(word);
      case Boolean flag -> new Setting.Word(flag.toString());
      case List<?> list -> gradient(list);
      default -> throw new IllegalArgumentException("no value of a parameter: " + value);
    };
  }

  private static Setting gradient(List<?> list) {
    List<Double> values = new ArrayList<>();
    for (Object value : list) {
      if (!(value instanceof Number number)) {
        throw new IllegalArgumentException("no number in a gradient: " + value);
      }
      values.add(number.doubleValue());
    }
    return new Setting.Gradient(values);
  }
}
