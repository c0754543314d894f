package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.recipe.RecipeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parameters of methods that gather statistics of each expert's examples, and what such a
 * method asks for.
 */
public final class ExampleParameters {

  /** The file of examples of each expert's task; empty for none. */
  public static final Parameter<String> EXAMPLES =
      Parameter.text("examples", "file of examples of the expert's task");

  /** The most examples that are scored for a model. */
  public static final Parameter<Integer> EXAMPLES_LIMIT =
      Parameter.count(
          "examples_limit", 1, 1_000_000, 64, "most examples that are scored for a model");

  /** The most tokens of an example; 0 for the model's. */
  public static final Parameter<Integer> MAX_LENGTH =
      Parameter.count(
          "max_length", 0, 1_000_000_000, 0, "most tokens of an example; 0 for the model's");

  private ExampleParameters() {}

  /** Returns a method's own parameters and these. */
  public static List<Parameter<?>> and(Parameter<?>... own) {
    List<Parameter<?>> all = new ArrayList<>(List.of(own));
    all.addAll(List.of(EXAMPLES, EXAMPLES_LIMIT, MAX_LENGTH));
    return List.copyOf(all);
  }

  /**
   * Returns what is asked: statistics and losses.
   *
   * @param method the method's name, for messages
   * @throws RecipeException if there is nothing to merge, or if these parameters differ between
   *     tensors
   */
  public static EvidenceNeeds needs(String method, List<MergeTask> tasks) {
    if (tasks.isEmpty()) {
      throw new RecipeException("merge_method " + method + " finds no tensor to merge");
    }
    MergeTask first = tasks.getFirst();
    for (MergeTask task : tasks) {
      checkSame(method, EXAMPLES_LIMIT, first.parameters(), task.parameters());
      checkSame(method, MAX_LENGTH, first.parameters(), task.parameters());
      for (int expert = 0; expert < first.experts().size(); expert++) {
        checkSame(method, EXAMPLES, first.experts().get(expert), task.experts().get(expert));
      }
    }
    List<EvidenceNeeds.Sources> sources = new ArrayList<>();
    for (ParameterValues expert : first.experts()) {
      sources.add(new EvidenceNeeds.Sources(given(EXAMPLES, expert), Optional.empty()));
    }
    return new EvidenceNeeds(
        sources,
        EXAMPLES_LIMIT.of(first),
        maxLength(first.parameters()),
        Optional.empty(),
        true,
        false,
        Optional.empty());
  }

  /** Returns the file that an expert's parameter names, if it names one. */
  static Optional<String> given(Parameter<String> file, ParameterValues expert) {
    return Optional.of(file.of(expert)).filter(name -> !name.isEmpty());
  }

  /** Returns the most tokens of an example, if the recipe says it. */
  static OptionalInt maxLength(ParameterValues recipeWide) {
    int length = MAX_LENGTH.of(recipeWide);
    return length == 0 ? OptionalInt.empty() : OptionalInt.of(length);
  }

  private static void checkSame(
      String method, Parameter<?> parameter, ParameterValues first, ParameterValues other) {
    if (!parameter.of(first).equals(parameter.of(other))) {
      throw new RecipeException(
          "merge_method %s runs each model on its examples once, so %s cannot differ from tensor to tensor; write one value"
              .formatted(method, parameter.name()));
    }
  }
}
