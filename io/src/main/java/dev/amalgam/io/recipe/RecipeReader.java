package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Turns a recipe's YAML into records. Unknown keys are errors. */
final class RecipeReader {

  static final List<String> KEYS =
      List.of(
          "name",
          "merge_method",
          "base_model",
          "models",
          "slices",
          "modules",
          "parameters",
          "dtype",
          "out_dtype",
          "tokenizer_source",
          "tokenizer",
          "random_compatibility",
          "missing",
          "non_finite",
          "names",
          "heads");

  // What mergekit knows and this version does not: said plainly instead of "unknown".
  private static final Set<String> NOT_YET = Set.of("chat_template");

  private RecipeReader() {}

  static Recipe read(Yaml document) {
    document
        .keys("the recipe")
        .forEach(
            (name, key) -> {
              if (NOT_YET.contains(name)) {
                throw key.error(
                    "key '"
                        + name
                        + "' is mergekit's and not supported by this version; remove it");
              }
            });
    Map<String, Yaml> keys = document.entries("the recipe", KEYS);
    ModulesReader modules = ModulesReader.of(keys);
    Optional<String> base = optional(keys, "base_model", RecipeReader::modelReference);
    return new Recipe(
        mergeMethod(required(document, "the recipe", keys, "merge_method")),
        base,
        models(document, modules.entries()),
        modules.parameters(),
        optional(keys, "dtype", RecipeReader::dtype),
        optional(keys, "out_dtype", RecipeReader::dtype),
        TokenizerReader.read(keys),
        optional(keys, "random_compatibility", RecipeReader::randomMasks)
            .orElse(Recipe.RandomMasks.COUNTER),
        optional(keys, "missing", RecipeReader::missing).orElse(Recipe.Missing.ERROR),
        optional(keys, "non_finite", RecipeReader::nonFinite).orElse(Recipe.NonFinite.ERROR),
        optional(keys, "names", RecipeReader::names).orElse(Recipe.Names.MATCH),
        optional(keys, "heads", RecipeReader::modelReference),
        optional(modules.entries(), "slices", slices -> SliceReader.slices(slices, base))
            .orElse(List.of()));
  }

  /** Returns the name that a document gives its result, if any. */
  static Optional<String> name(Yaml document) {
    return Optional.ofNullable(document.entries("the recipe").get("name"))
        .map(
            value -> {
              String name = value.text("name");
              if (name.isBlank()) {
                throw value.error("name is blank; name the result, or remove the key");
              }
              return name;
            });
  }

  private static String mergeMethod(Yaml value) {
    String name = value.text("merge_method");
    try {
      return MergeMethods.named(name).name();
    } catch (RecipeException e) {
      throw value.error(e.getMessage());
    }
  }

  static Yaml required(Yaml place, String what, Map<String, Yaml> keys, String key) {
    Yaml value = keys.get(key);
    if (value == null) {
      throw place.error(what + " has no '" + key + "'; add it");
    }
    return value;
  }

  private static <T> Optional<T> optional(
      Map<String, Yaml> keys, String key, Function<Yaml, T> reader) {
    return Optional.ofNullable(keys.get(key)).map(reader);
  }

  private static List<ModelEntry> models(Yaml document, Map<String, Yaml> keys) {
    if (!keys.containsKey("slices")) {
      return models(required(document, "the recipe", keys, "models"));
    }
    if (keys.containsKey("models")) {
      throw keys.get("slices")
          .error("a recipe has either 'models' or 'slices', and this one has both; remove one");
    }
    return List.of();
  }

  private static List<ModelEntry> models(Yaml models) {
    List<ModelEntry> entries = new ArrayList<>();
    for (Yaml model : models.items("models")) {
      Map<String, Yaml> keys = model.entries("a model", List.of("model", "parameters"));
      String reference = modelReference(required(model, "a model", keys, "model"));
      entries.add(
          new ModelEntry(
              reference, parameters("parameters of " + reference, keys.get("parameters"))));
    }
    if (entries.isEmpty()) {
      throw models.error("'models' is empty; list the models to merge");
    }
    return entries;
  }

  static Map<String, Setting> parameters(String what, Yaml parameters) {
    return parameters == null ? Map.of() : SettingReader.readAll(what, parameters);
  }

  static String modelReference(Yaml value) {
    return ReferenceReader.read(value);
  }

  private static DType dtype(Yaml value) {
    String name = value.text("a dtype");
    return DType.ofTorchName(name)
        .orElseThrow(
            () ->
                value.error(
                    "dtype "
                        + quote(name)
                        + " is not known; known are float32, float16, bfloat16, float64,"
                        + " float8_e4m3fn, float8_e5m2"));
  }

  private static Recipe.RandomMasks randomMasks(Yaml value) {
    return switch (value.text("random_compatibility")) {
      case "mergekit" -> Recipe.RandomMasks.MERGEKIT;
      case "none" -> Recipe.RandomMasks.COUNTER;
      case String other -> throw oneOf(value, "random_compatibility", other, "mergekit, none");
    };
  }

  private static Recipe.Missing missing(Yaml value) {
    return switch (value.text("missing")) {
      case "error" -> Recipe.Missing.ERROR;
      case "base" -> Recipe.Missing.BASE;
      case "skip" -> Recipe.Missing.SKIP;
      case String other -> throw oneOf(value, "missing", other, "error, base, skip");
    };
  }

  private static Recipe.NonFinite nonFinite(Yaml value) {
    return switch (value.text("non_finite")) {
      case "error" -> Recipe.NonFinite.ERROR;
      case "warn" -> Recipe.NonFinite.WARN;
      case "allow" -> Recipe.NonFinite.ALLOW;
      case String other -> throw oneOf(value, "non_finite", other, "error, warn, allow");
    };
  }

  private static Recipe.Names names(Yaml value) {
    return switch (value.text("names")) {
      case "match" -> Recipe.Names.MATCH;
      case "strict" -> Recipe.Names.STRICT;
      case String other -> throw oneOf(value, "names", other, "match, strict");
    };
  }

  private static RecipeException oneOf(Yaml value, String key, String found, String known) {
    return value.error(key + " is " + quote(found) + "; it takes one of " + known);
  }
}
