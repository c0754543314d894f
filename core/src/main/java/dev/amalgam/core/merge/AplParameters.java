package dev.amalgam.core.merge;

import dev.amalgam.core.calibration.AplSearch;
import dev.amalgam.core.calibration.CalibrationSettings;
import dev.amalgam.core.calibration.Rescale;
import dev.amalgam.core.calibration.Select;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.repair.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a recipe of {@link Apl} says that does not depend on the tensor.
 *
 * @param values the recipe-wide parameters
 * @param experts those of each expert
 */
record AplParameters(ParameterValues values, List<ParameterValues> experts) {

  private static final Set<String> OF_EACH_TENSOR =
      Set.of("lambda", "normalize", "consensus", "weight", "density");

  // Of integrated gradients.
  private static final int STEPS = 8;
  private static final double HALF = 0.5;
  private static final long ROOM_FOR_STATES = 1L << 30;

  /**
   * Returns the parameters of all tensors.
   *
   * @throws RecipeException if there is none to merge, or if parameters differ between tensors that
   *     are not applied to each tensor alone, or are {@code auto} for some tensors only
   */
  static AplParameters of(List<MergeTask> tasks) {
    if (tasks.isEmpty()) {
      throw new RecipeException("merge_method apl finds no tensor to merge");
    }
    MergeTask first = tasks.getFirst();
    for (MergeTask task : tasks) {
      checkSame(first.parameters(), task.parameters());
      for (int e = 0; e < first.experts().size(); e++) {
        checkSame(first.experts().get(e), task.experts().get(e));
      }
    }
    return new AplParameters(first.parameters(), first.experts());
  }

  private static void checkSame(ParameterValues first, ParameterValues other) {
    for (String name : new TreeSet<>(first.values().keySet())) {
      Setting.Scalar here = first.values().get(name);
      Setting.Scalar there = other.values().get(name);
      boolean free =
          OF_EACH_TENSOR.contains(name)
              && !Parameter.AUTO.equals(here)
              && !Parameter.AUTO.equals(there);
      if (!free && !here.equals(there)) {
        throw new RecipeException(
            "merge_method apl weighs all tensors against each other, so %s cannot differ from tensor to tensor; write one value"
                .formatted(name));
      }
    }
  }

  /** Returns the names of the parameters that are to be chosen by examples, in their order. */
  Set<String> open() {
    Set<String> open = new TreeSet<>();
    for (String name : AplSearch.CHOOSABLE) {
      if (values.values().get(name).equals(Parameter.AUTO)) {
        open.add(name);
      }
    }
    return open;
  }

  /** Returns whether the merged model is repaired. */
  boolean repairs() {
    return RepairParameters.REPAIR.of(values);
  }

  /** Returns whether importance at the base decides anything. */
  private boolean locates() {
    Optional<Start> start = RepairParameters.START.of(values);
    return !repairs() || start.map(given -> given == Start.LOCATED).orElse(experts.size() == 1);
  }

  /** Returns what is asked of models and examples. */
  EvidenceNeeds needs() {
    List<EvidenceNeeds.Sources> sources = new ArrayList<>();
    for (ParameterValues expert : experts) {
      sources.add(
          new EvidenceNeeds.Sources(
              ExampleParameters.given(ExampleParameters.EXAMPLES, expert),
              ExampleParameters.given(Apl.IMPORTANCE, expert)));
    }
    return new EvidenceNeeds(
        sources,
        ExampleParameters.EXAMPLES_LIMIT.of(values),
        ExampleParameters.maxLength(values),
        locates() ? Optional.of(importance()) : Optional.empty(),
        false,
        locates() && interferes(),
        judging());
  }

  private Optional<EvidenceNeeds.Judging> judging() {
    if (repairs()) {
      return Optional.of(
          new EvidenceNeeds.Judging(
              "the merged model is repaired, and judged, by examples",
              "write 'repair: false'",
              RepairParameters.HELD_BACK.of(values)));
    }
    return open().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new EvidenceNeeds.Judging(
                String.join(", ", open()) + " is auto, and is chosen by examples",
                "write a value",
                HALF));
  }

  /** Returns the importance that locating asks for. */
  ImportanceSettings importance() {
    return new ImportanceSettings(
        scoreLevel(),
        Apl.ESTIMATOR.of(values),
        Apl.POINT.of(values),
        STEPS,
        Apl.AGGREGATE.of(values),
        ROOM_FOR_STATES);
  }

  private Level scoreLevel() {
    Level level = Apl.LEVEL.of(values);
    // What is open may turn out to need scores of single entries.
    Select select = Apl.SELECT.of(values).orElse(Select.IMPORTANCE);
    Rescale rescale = Apl.RESCALE.of(values).orElse(Rescale.IMPORTANCE);
    boolean elements =
        level == Level.ELEMENT
            || select == Select.IMPORTANCE
            || select == Select.SAMPLE
            || select == Select.TRIM && rescale == Rescale.IMPORTANCE;
    return elements ? Level.ELEMENT : level;
  }

  /** Returns whether what a delta does to other tasks counts. */
  boolean interferes() {
    return Apl.INTERFERENCE.of(values);
  }

  /** Returns how importance decides, if nothing is {@code auto} any more. */
  CalibrationSettings calibration() {
    return new CalibrationSettings(
        Apl.LEVEL.of(values),
        Apl.TAU1.of(values),
        Apl.TAU2.of(values).orElseThrow(),
        Apl.SELECT.of(values).orElseThrow(),
        Apl.ALPHA.of(values),
        Apl.RESCALE.of(values).orElseThrow(),
        Apl.SCORE.of(values));
  }
}
