package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.recipe.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The filters of a recipe that are part of no tensor's name, so that they decide nothing. */
final class UnmatchedFilters {

  // A hostile recipe has more filters than anybody wants to read of, and each asks for advice.
  private static final int MOST_NOTES = 20;

  /** A filter of a parameter, wherever it stands. */
  private record Filter(String parameter, String text) {}

  private final Map<Filter, List<String>> places = new LinkedHashMap<>();

  private UnmatchedFilters() {}

  /**
   * Returns a line for each filter that fits no tensor. The filter of a slice may fit one of
   * another slice, because slices often share their parameters.
   *
   * @param tensors the plan of every tensor
   * @param leftOut names of tensors that the recipe leaves out, which to fit is no mistake
   */
  static List<String> notes(
      Recipe recipe, MergeMethod method, List<TensorPlan> tensors, List<String> leftOut) {
    UnmatchedFilters filters = new UnmatchedFilters();
    filters.collect(recipe);
    if (filters.places.isEmpty()) {
      return List.of();
    }
    Set<String> ofOutput = new LinkedHashSet<>(leftOut);
    Set<String> ofModels = new LinkedHashSet<>(leftOut);
    for (TensorPlan tensor : tensors) {
      ofOutput.add(tensor.output().name());
      tensor.sources().forEach(source -> ofModels.add(source.tensor().name()));
    }
    List<String> notes = new ArrayList<>();
    for (Parameter<?> parameter : method.parameters()) {
      Set<String> names = parameter.scope() == Parameter.Scope.MODEL ? ofModels : ofOutput;
      filters.note(parameter.name(), names, notes);
    }
    if (notes.size() <= MOST_NOTES) {
      return notes;
    }
    List<String> first = new ArrayList<>(notes.subList(0, MOST_NOTES));
    first.add("more filters are part of no tensor's name; read the recipe once more");
    return first;
  }

  private void collect(Recipe recipe) {
    collect("parameters", recipe.parameters());
    recipe.models().forEach(model -> collect("", model));
    for (int i = 0; i < recipe.slices().size(); i++) {
      Slice slice = recipe.slices().get(i);
      String place = "slice " + (i + 1) + ": ";
      collect(place + "parameters of the slice", slice.parameters());
      slice.sources().forEach(source -> collect(place, source.entry()));
    }
  }

  private void collect(String place, ModelEntry model) {
    collect(place + "parameters of " + quote(model.model()), model.parameters());
  }

  private void collect(String place, Map<String, Setting> settings) {
    new TreeMap<>(settings)
        .forEach(
            (parameter, setting) -> {
              if (setting instanceof Setting.ByName(List<Setting.Case> cases)) {
                cases.stream()
                    .flatMap(choice -> choice.filter().stream())
                    .map(text -> new Filter(parameter, text))
                    .distinct()
                    .forEach(
                        filter ->
                            places.computeIfAbsent(filter, _ -> new ArrayList<>()).add(place));
              }
            });
  }

  private void note(String parameter, Set<String> names, List<String> notes) {
    for (var entry : places.entrySet()) {
      Filter filter = entry.getKey();
      if (notes.size() <= MOST_NOTES
          && filter.parameter().equals(parameter)
          && names.stream().noneMatch(name -> name.contains(filter.text()))) {
        int others = entry.getValue().size() - 1;
        notes.add(
            "%s%s: filter %s of '%s' is part of no tensor's name, so it decides nothing; %s"
                .formatted(
                    entry.getValue().getFirst(),
                    others == 0 ? "" : " (and " + others + " like it)",
                    quote(filter.text()),
                    parameter,
                    FilterAdvice.of(filter.text(), names)));
      }
    }
  }
}
