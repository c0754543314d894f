package dev.amalgam.core.merge;

import dev.amalgam.core.calibration.AplSearch;
import dev.amalgam.core.calibration.CalibrationSettings;
import dev.amalgam.core.calibration.Rescale;
import dev.amalgam.core.calibration.Select;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a recipe of {@link Apl} says that does not depend on the tensor.
 *
 * @param values the recipe-wide parameters
 * @param experts those of each expert
 */
record AplParameters(ParameterValues values, List<ParameterValues> experts) {

  private static final Setting.Word AUTO = new Setting.Word(AplSearch.AUTO);
  private static final Set<String> OF_EACH_TENSOR =
      Set.of("lambda", "normalize", "consensus", "weight", "density");

  // Of integrated gradients.
  private static final int STEPS = 8;
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
      boolean free = OF_EACH_TENSOR.contains(name) && !AUTO.equals(here) && !AUTO.equals(there);
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
      if (values.values().get(name).equals(AUTO)) {
        open.add(name);
      }
    }
    return open;
  }

  /** Returns what is asked of models and examples. */
  EvidenceNeeds needs() {
    List<EvidenceNeeds.Sources> sources = new ArrayList<>();
    for (ParameterValues expert : experts) {
      sources.add(
          new EvidenceNeeds.Sources(given(expert, "examples"), given(expert, "importance")));
    }
    int length = (int) values.number("max_length");
    return new EvidenceNeeds(
        sources,
        (int) values.number("examples_limit"),
        length == 0 ? OptionalInt.empty() : OptionalInt.of(length),
        Optional.of(importance()),
        interferes(),
        List.copyOf(open()));
  }

  private static Optional<String> given(ParameterValues expert, String name) {
    return Optional.of(expert.word(name)).filter(file -> !file.isEmpty());
  }

  private ImportanceSettings importance() {
    return new ImportanceSettings(
        scoreLevel(),
        Estimator.valueOf(values.word("estimator").toUpperCase(Locale.ROOT)),
        Point.valueOf(values.word("point").toUpperCase(Locale.ROOT)),
        STEPS,
        Aggregate.valueOf(values.word("aggregate").toUpperCase(Locale.ROOT)),
        ROOM_FOR_STATES);
  }

  private Level scoreLevel() {
    String select = values.word("select");
    boolean elements =
        List.of("importance", "sample", AplSearch.AUTO).contains(select)
            || level() == Level.ELEMENT
            || select.equals("trim")
                && List.of("importance", AplSearch.AUTO).contains(values.word("rescale"));
    return elements ? Level.ELEMENT : level();
  }

  /** Returns the level of the partitions. */
  private Level level() {
    return Level.of(values.word("level")).orElseThrow();
  }

  /** Returns whether what a delta does to other tasks counts. */
  boolean interferes() {
    return values.flag("interference");
  }

  /** Returns how importance decides, if nothing is {@code auto} any more. */
  CalibrationSettings calibration() {
    return new CalibrationSettings(
        level(),
        values.number("tau1"),
        values.number("tau2"),
        Select.valueOf(values.word("select").toUpperCase(Locale.ROOT)),
        values.number("alpha"),
        Rescale.valueOf(values.word("rescale").toUpperCase(Locale.ROOT)),
        values.word("score").equals("effect-magnitude"));
  }
}
