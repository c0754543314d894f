package dev.amalgam.core.run;

import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.calibration.CalibrationSettings;
import dev.amalgam.core.calibration.ScoredExpert;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.Apl;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Works out what {@code merge_method: apl} must know of all tensors before it merges the first. */
public final class AplCalibration {

  /**
   * An expert and its scores.
   *
   * @param expert the expert
   * @param scores the importance of partitions by name
   * @param level the level of the scores: that of the plan, or {@link Level#ELEMENT}
   */
  public record Scored(Expert expert, Weights scores, Level level) {}

  private static final Set<String> OF_EACH_TENSOR =
      Set.of("lambda", "normalize", "consensus", "weight", "density");

  private AplCalibration() {}

  /**
   * Returns the settings of a plan, in which nothing is {@code auto} any more.
   *
   * @throws RecipeException if they are not the same for all tensors
   */
  public static CalibrationSettings settings(MergePlan plan) {
    check(plan);
    return settings(merged(plan).getFirst().parameters());
  }

  /**
   * Checks that parameters are the same for all tensors, but for those that are applied to each
   * tensor alone; of these, that none is {@code auto} for some tensors only.
   *
   * @throws RecipeException if they are not, or no tensor is merged
   */
  public static void check(MergePlan plan) {
    List<TensorPlan.Merged> merged = merged(plan);
    if (merged.isEmpty()) {
      throw new RecipeException("merge_method apl finds no tensor to merge");
    }
    TensorPlan.Merged first = merged.getFirst();
    for (TensorPlan.Merged tensor : merged) {
      checkSame(first.parameters(), tensor.parameters());
      for (int e = 0; e < first.expertParameters().size(); e++) {
        checkSame(first.expertParameters().get(e), tensor.expertParameters().get(e));
      }
    }
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

  private static List<TensorPlan.Merged> merged(MergePlan plan) {
    return plan.tensors().stream()
        .filter(TensorPlan.Merged.class::isInstance)
        .map(TensorPlan.Merged.class::cast)
        .toList();
  }

  private static CalibrationSettings settings(ParameterValues values) {
    return new CalibrationSettings(
        Apl.LEVEL.of(values),
        Apl.TAU1.of(values),
        Apl.TAU2.of(values).orElseThrow(),
        Apl.SELECT.of(values).orElseThrow(),
        Apl.ALPHA.of(values),
        Apl.RESCALE.of(values).orElseThrow(),
        Apl.SCORE.of(values));
  }

  /**
   * Returns the calibration that a plan needs.
   *
   * @param experts those of the plan, in its order
   * @param threads the number of worker threads; the result does not depend on it
   * @throws dev.amalgam.core.AmalgamException if scores are missing or do not fit
   */
  public static Calibration of(MergePlan plan, List<Scored> experts, int threads, Kernels kernels) {
    CalibrationSettings settings = settings(plan);
    List<ScoredExpert> scored = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      Scored expert = experts.get(e);
      Partitions partitions = expert.expert().partitions(settings.level());
      Map<String, Double> density = new HashMap<>();
      for (TensorPlan.Merged tensor : merged(plan)) {
        density.put(tensor.output().name(), Apl.DENSITY.of(tensor.expertParameters().get(e)));
      }
      scored.add(
          new ScoredExpert(
              expert.expert().weights(), partitions, expert.scores(), expert.level(), density));
    }
    return Calibration.of(scored, settings, threads, kernels);
  }
}
