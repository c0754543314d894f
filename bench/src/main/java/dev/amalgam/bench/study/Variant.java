package dev.amalgam.bench.study;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One setting of a merge method. Variants of one name are one contender: at each drop rate the
 * setting that does best on validation examples is the one that is reported.
 *
 * @param name the contender
 * @param setting what tells it from others of the name; may be empty
 * @param method the merge method's name in recipes
 * @param recipeWide the recipe-wide parameters but {@code lambda}; the task is empty
 * @param ofModel the parameters of an expert but {@code weight}, which is 1 unless given
 * @param random whether results depend on the seed
 * @param drops whether there is a drop rate; without, the method is tried once, at 0
 * @param experiments what it takes part in
 * @param control what is done to importance
 * @param wrongTask whether importance is worked out on another task's examples
 */
record Variant(
    String name,
    String setting,
    String method,
    Parameters recipeWide,
    Parameters ofModel,
    boolean random,
    boolean drops,
    Set<Experiment> experiments,
    Control control,
    boolean wrongTask) {

  /** A variant without importance, or with importance as it is. */
  Variant(
      String name,
      String setting,
      String method,
      Parameters recipeWide,
      Parameters ofModel,
      boolean random,
      boolean drops,
      Set<Experiment> experiments) {
    this(
        name,
        setting,
        method,
        recipeWide,
        ofModel,
        random,
        drops,
        experiments,
        Control.NONE,
        false);
  }

  /** Parameters that depend on the task and the drop rate. */
  interface Parameters {
    /** Has none. */
    Parameters NONE = (task, drop) -> Map.of();

    Map<String, Setting> at(String task, double drop);
  }

  /** Copies the set. */
  Variant {
    experiments = Set.copyOf(experiments);
  }

  /** Returns whether validation examples choose its parameters as the method itself does. */
  boolean isAuto() {
    return method.equals("apl") && recipeWide.at("", 0).isEmpty();
  }

  /** Returns whether the merged model is repaired, which chooses its factor itself. */
  boolean repairs() {
    return recipeWide.at("", 0).containsKey("repair");
  }

  /** Returns the same with parameters that were chosen. */
  Variant with(Map<String, ? extends Setting> chosen) {
    Map<String, Setting> fixed = Map.copyOf(chosen);
    String text =
        fixed.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
            .collect(Collectors.joining(" "));
    return new Variant(
        name,
        text,
        method,
        (_, _) -> fixed,
        ofModel,
        random,
        drops,
        experiments,
        control,
        wrongTask);
  }

  private static String text(Setting setting) {
    return switch (setting) {
      case Setting.Number(double number) -> Double.toString(number);
      case Setting.Word(String word) -> word;
      default -> throw new IllegalArgumentException("no single value: " + setting);
    };
  }

  /** Returns the drop rates at which it is tried. */
  List<Double> drops(Experiment experiment) {
    if (repairs() && experiment == Experiment.MERGED) {
      return Stream.concat(Stream.of(0.0), experiment.drops().stream()).toList();
    }
    return drops ? experiment.drops() : List.of(0.0);
  }

  /** Returns the factors of the merged delta that are tried. */
  List<Double> lambdas(Experiment experiment) {
    return repairs() ? List.of(1.0) : experiment.lambdas();
  }

  /**
   * Returns the recipe that merges the experts of tasks.
   *
   * @param base what the recipe calls the base
   * @param lambda the factor of the merged delta
   */
  Recipe recipe(String base, List<String> tasks, double drop, double lambda) {
    RecipeBuilder recipe =
        new RecipeBuilder(method).base(base).outDtype(DType.F32).heads(Recipe.NO_HEADS);
    recipeWide.at("", drop).forEach(recipe::parameter);
    if (!repairs()) {
      recipe.parameter("lambda", lambda);
      if (method.equals("apl")) {
        recipe.parameter("repair", "false");
      }
    }
    tasks.forEach(task -> recipe.model(task, parameters(task, drop)));
    return recipe.build();
  }

  private Map<String, Setting> parameters(String task, double drop) {
    Map<String, Setting> parameters = new TreeMap<>(ofModel.at(task, drop));
    parameters.putIfAbsent("weight", new Setting.Number(1));
    return parameters;
  }
}
