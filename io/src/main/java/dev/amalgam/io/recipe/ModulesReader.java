package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code modules}, which mergekit writes for models of several parts, and, with the one
 * module {@code default}, for all others when it prints a recipe. That one says what the recipe
 * itself would; its parameters come before the recipe's.
 */
final class ModulesReader {

  static final List<String> KEYS = List.of("models", "slices", "parameters");

  private static final String KEY = "modules";
  private static final String ONLY = "default";

  private final Map<String, Yaml> recipe;
  private final Map<String, Yaml> module;

  private ModulesReader(Map<String, Yaml> recipe, Map<String, Yaml> module) {
    this.recipe = recipe;
    this.module = module;
  }

  /**
   * Returns what a recipe says of what is merged, in its module or in itself.
   *
   * @param recipe the recipe's entries
   */
  static ModulesReader of(Map<String, Yaml> recipe) {
    Yaml modules = recipe.get(KEY);
    if (modules == null) {
      return new ModulesReader(recipe, Map.of());
    }
    for (String key : List.of("models", "slices")) {
      if (recipe.containsKey(key)) {
        throw modules.error(
            "a recipe has one of 'models', 'slices' and 'modules', and this one has '"
                + key
                + "' too; remove one");
      }
    }
    modules
        .keys(KEY)
        .forEach(
            (name, key) -> {
              if (!name.equals(ONLY)) {
                throw key.error(
                    "module %s: parts of a model are not told apart by this version; write its models or slices into the recipe itself, where they are for all tensors, and choose parameters by tensor name ('filter')"
                        .formatted(quote(name)));
              }
            });
    Yaml module = RecipeReader.required(modules, KEY, modules.entries(KEY), ONLY);
    return new ModulesReader(recipe, module.entries("a module", KEYS));
  }

  /** Returns the entries of the module, with {@code models} or {@code slices}, or the recipe's. */
  Map<String, Yaml> entries() {
    return recipe.containsKey(KEY) ? module : recipe;
  }

  /** Returns the settings of the recipe, those of the module before them. */
  Map<String, Setting> parameters() {
    Map<String, Setting> all =
        new HashMap<>(RecipeReader.parameters("parameters", recipe.get("parameters")));
    RecipeReader.parameters("parameters of a module", module.get("parameters"))
        .forEach((name, setting) -> all.merge(name, setting, (outer, inner) -> or(inner, outer)));
    return all;
  }

  /** Returns a setting that is the second where no filter of the first fits. */
  private static Setting or(Setting first, Setting second) {
    if (!(first instanceof Setting.ByName(List<Setting.Case> cases))) {
      return first;
    }
    List<Setting.Case> all = new ArrayList<>(cases);
    if (second instanceof Setting.ByName(List<Setting.Case> others)) {
      all.addAll(others);
    } else {
      all.add(new Setting.Case(Optional.empty(), second));
    }
    return new Setting.ByName(all);
  }
}
