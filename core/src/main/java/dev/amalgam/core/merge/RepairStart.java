package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.repair.Start;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The models that a repair may start from.
 *
 * @param tasks all tensors that are merged
 * @param parameters those of them that models use
 * @param evidence what models and examples say
 * @param trials for what is tried where locating chooses
 */
record RepairStart(
    List<MergeTask> tasks, List<ModelParameter> parameters, Evidence evidence, Trials trials) {

  private static final double RIDGE = 1e-3;
  private static final double ALPHA_OF_FEW = 0.9;

  /** Returns the method whose result is the start. */
  PreparedMethod of(Start start) {
    return switch (start) {
      case REGRESSION -> regression();
      case SUM -> this::sum;
      case LOCATED -> new AplPreparation(tasks, evidence, trials).prepare();
    };
  }

  private TensorMerge sum(MergeTask task) {
    return new DeltaMerge(
        new DeltaSum(task.expertNumbers(Apl.WEIGHT), false, false, 1),
        Collections.nCopies(task.experts().size(), Sparsifier.KEEP_ALL),
        (_, _, _) -> {});
  }

  private PreparedMethod regression() {
    Map<String, Setting.Scalar> settings =
        Map.of(
            RegMean.LAMBDA.name(), new Setting.Number(1),
            RegMean.ALPHA.name(), new Setting.Number(hasFewTokens() ? ALPHA_OF_FEW : 1),
            RegMean.RIDGE.name(), new Setting.Number(RIDGE),
            RegMean.BY_GAIN.name(), new Setting.Word(predicts(evidence) ? "gain" : "equal"));
    UnaryOperator<MergeTask> asRegMean =
        task ->
            new MergeTask(
                task.tensor(),
                task.shape(),
                new ParameterValues(settings),
                task.experts().stream().map(RepairStart::weightOfTask).toList(),
                task.draws());
    PreparedMethod method =
        new RegMean().prepare(tasks.stream().map(asRegMean).toList(), evidence, trials);
    return task -> method.merge(asRegMean.apply(task));
  }

  private static ParameterValues weightOfTask(ParameterValues expert) {
    double weight = Math.max(0, Apl.WEIGHT.of(expert));
    return new ParameterValues(Map.of(RegMean.WEIGHT.name(), new Setting.Number(weight)));
  }

  private static boolean predicts(Evidence evidence) {
    return evidence.experts().getFirst().at(1).head().kind() == Targets.Kind.NEXT_TOKEN;
  }

  /** Returns whether some task has fewer tokens than a layer has inputs. */
  private boolean hasFewTokens() {
    long inputs =
        parameters.stream()
            .filter(parameter -> parameter.layer().startsWith("layers."))
            .map(parameter -> parameter.weight().shape())
            .filter(shape -> shape.rank() == 2)
            .mapToLong(shape -> Math.max(shape.dimension(0), shape.dimension(1)))
            .max()
            .orElse(0);
    for (int task = 0; task < evidence.experts().size(); task++) {
      if (evidence.examples(task).stream().mapToLong(Example::length).sum() < inputs) {
        return true;
      }
    }
    return false;
  }
}
