package dev.amalgam.job.evidence;

import dev.amalgam.core.calibration.AplSearch;
import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.run.AplCalibration;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.job.api.ScoringSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a recipe of {@code merge_method: apl} says that does not depend on the tensor.
 *
 * @param values the recipe-wide parameters
 * @param experts those of each expert
 */
record AplParameters(ParameterValues values, List<ParameterValues> experts) {

  private static final int STEPS = 8;

  /**
   * Returns the parameters of a plan.
   *
   * @throws dev.amalgam.core.recipe.RecipeException if it merges nothing, or they do depend on the
   *     tensor
   */
  static AplParameters of(MergePlan plan) {
    AplCalibration.check(plan);
    TensorPlan.Merged first =
        plan.tensors().stream()
            .filter(TensorPlan.Merged.class::isInstance)
            .map(TensorPlan.Merged.class::cast)
            .findFirst()
            .orElseThrow();
    return new AplParameters(first.parameters(), first.expertParameters());
  }

  /** Returns the parameters that are to be chosen by examples. */
  Set<String> open() {
    Set<String> open = new TreeSet<>();
    for (String name : AplSearch.CHOOSABLE) {
      if (values.values().get(name).equals(new Setting.Word(AplSearch.AUTO))) {
        open.add(name);
      }
    }
    return open;
  }

  /** Returns the parameters that are given, of those that could be chosen. */
  Map<String, Setting.Scalar> given() {
    return values.values();
  }

  /** Returns the level of the partitions. */
  Level level() {
    return Level.of(values.word("level")).orElseThrow();
  }

  /** Returns the level at which scores are needed. */
  Level scoreLevel() {
    String select = values.word("select");
    boolean elements =
        List.of("importance", "sample", AplSearch.AUTO).contains(select)
            || level() == Level.ELEMENT
            || select.equals("trim")
                && List.of("importance", AplSearch.AUTO).contains(values.word("rescale"));
    return elements ? Level.ELEMENT : level();
  }

  /** Returns the most examples that are scored. */
  int examplesLimit() {
    return (int) values.number("examples_limit");
  }

  private OptionalInt maxLength() {
    int length = (int) values.number("max_length");
    return length == 0 ? OptionalInt.empty() : OptionalInt.of(length);
  }

  /**
   * Returns how an expert's scores are worked out.
   *
   * @param examples how many
   */
  ScoringSettings scoring(int examples, int threads) {
    return new ScoringSettings(
        new ImportanceSettings(
            scoreLevel(),
            Estimator.valueOf(values.word("estimator").toUpperCase(Locale.ROOT)),
            Point.valueOf(values.word("point").toUpperCase(Locale.ROOT)),
            STEPS,
            Aggregate.valueOf(values.word("aggregate").toUpperCase(Locale.ROOT)),
            1L << 30),
        false,
        examples,
        maxLength(),
        OptionalLong.empty(),
        ScoringSettings.BATCH_TOKENS,
        DType.F32,
        threads);
  }
}
