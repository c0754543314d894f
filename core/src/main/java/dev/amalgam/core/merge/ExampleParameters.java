package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.recipe.RecipeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The parameters of methods that gather statistics of each expert's examples. */
final class ExampleParameters {

  private static final String FILE = "examples";
  private static final String LIMIT = "examples_limit";
  private static final String LENGTH = "max_length";

  private ExampleParameters() {}

  /** Returns a method's own parameters and these. */
  static List<Parameter> and(Parameter... own) {
    List<Parameter> all = new ArrayList<>(List.of(own));
    all.add(Parameter.text(FILE, "file of examples of the expert's task"));
    all.add(
        Parameter.number(
            Parameter.Scope.RECIPE,
            LIMIT,
            1,
            1e6,
            64,
            "most examples that are scored for a model"));
    all.add(
        Parameter.number(
            Parameter.Scope.RECIPE,
            LENGTH,
            0,
            1e9,
            0,
            "most tokens of an example; 0 for the model's"));
    return List.copyOf(all);
  }

  /**
   * Returns what is asked: statistics and losses.
   *
   * @throws RecipeException if there is nothing to merge, or if these parameters differ between
   *     tensors
   */
  static EvidenceNeeds needs(String method, List<MergeTask> tasks) {
    if (tasks.isEmpty()) {
      throw new RecipeException("merge_method " + method + " finds no tensor to merge");
    }
    MergeTask first = tasks.getFirst();
    for (MergeTask task : tasks) {
      checkSame(method, LIMIT, first.parameters(), task.parameters());
      checkSame(method, LENGTH, first.parameters(), task.parameters());
      for (int expert = 0; expert < first.experts().size(); expert++) {
        checkSame(method, FILE, first.experts().get(expert), task.experts().get(expert));
      }
    }
    List<EvidenceNeeds.Sources> sources = new ArrayList<>();
    for (ParameterValues expert : first.experts()) {
      sources.add(
          new EvidenceNeeds.Sources(
              Optional.of(expert.word(FILE)).filter(file -> !file.isEmpty()), Optional.empty()));
    }
    int length = (int) first.parameters().number(LENGTH);
    return new EvidenceNeeds(
        sources,
        (int) first.parameters().number(LIMIT),
        length == 0 ? OptionalInt.empty() : OptionalInt.of(length),
        Optional.empty(),
        false,
        List.of());
  }

  private static void checkSame(
      String method, String name, ParameterValues first, ParameterValues other) {
    if (!first.values().get(name).equals(other.values().get(name))) {
      throw new RecipeException(
          "merge_method %s runs each model on its examples once, so %s cannot differ from tensor to tensor; write one value"
              .formatted(method, name));
    }
  }
}
