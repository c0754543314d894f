package dev.amalgam.job.evidence;

import dev.amalgam.core.calibration.AplSearch;
import dev.amalgam.core.calibration.Rescale;
import dev.amalgam.core.calibration.Select;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.merge.Apl;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.run.AplCalibration;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.job.api.ScoringSettings;
import java.util.List;
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
      if (values.values().get(name).equals(Parameter.AUTO)) {
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
    return Apl.LEVEL.of(values);
  }

  /** Returns the level at which scores are needed. */
  Level scoreLevel() {
    // What is open may turn out to need scores of single entries.
    Select select = Apl.SELECT.of(values).orElse(Select.IMPORTANCE);
    Rescale rescale = Apl.RESCALE.of(values).orElse(Rescale.IMPORTANCE);
    boolean elements =
        level() == Level.ELEMENT
            || select == Select.IMPORTANCE
            || select == Select.SAMPLE
            || select == Select.TRIM && rescale == Rescale.IMPORTANCE;
    return elements ? Level.ELEMENT : level();
  }

  /** Returns the most examples that are scored. */
  int examplesLimit() {
    return Apl.EXAMPLES_LIMIT.of(values);
  }

  private OptionalInt maxLength() {
    int length = Apl.MAX_LENGTH.of(values);
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
            Apl.ESTIMATOR.of(values),
            Apl.POINT.of(values),
            STEPS,
            Apl.AGGREGATE.of(values),
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
