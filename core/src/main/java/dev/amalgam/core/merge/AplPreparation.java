package dev.amalgam.core.merge;

import dev.amalgam.core.calibration.AplSearch;
import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.calibration.CalibrationSettings;
import dev.amalgam.core.calibration.LessInterference;
import dev.amalgam.core.calibration.ScoredExpert;
import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.Scores;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What {@link Apl} does before it merges the first tensor: takes in the importance of the experts'
 * deltas, chooses what is {@code auto}, and calibrates.
 */
final class AplPreparation {

  private final List<MergeTask> tasks;
  private final AplParameters parameters;
  private final Evidence evidence;
  private final Trials trials;

  AplPreparation(List<MergeTask> tasks, Evidence evidence, Trials trials) {
    this.tasks = tasks;
    this.parameters = AplParameters.of(tasks);
    this.evidence = evidence;
    this.trials = trials;
  }

  PreparedMethod prepare() {
    List<Scores> scores = scores();
    Set<String> open = parameters.open();
    if (open.isEmpty()) {
      return new CalibratedApl(calibrate(Map.of(), scores), Map.of(), Double.NaN);
    }
    evidence.prepareToJudge();
    AplSearch.Choice choice =
        AplSearch.search(
            parameters.values().values(),
            open,
            parameters.experts().size(),
            drops(),
            chosen -> missed(new CalibratedApl(calibrate(chosen, scores), chosen, Double.NaN)));
    return new CalibratedApl(
        calibrate(choice.parameters(), scores), choice.parameters(), choice.loss());
  }

  private double[] missed(PreparedMethod method) {
    Weights tried = new CheckpointWeights(trials.merge(method));
    int layers = evidence.experts().getFirst().at(1).layers().size();
    evidence.started("choosing", evidence.tokensForChoosing(), layers);
    return evidence.gainMissed(tried);
  }

  private boolean drops() {
    return tasks.stream()
        .flatMap(task -> task.experts().stream())
        .anyMatch(expert -> Apl.DENSITY.of(expert) < 1);
  }

  /** Returns the importance of each expert's delta, less what it does to other tasks. */
  private List<Scores> scores() {
    int experts = parameters.experts().size();
    List<Scores> own = new ArrayList<>();
    List<List<Weights>> onOthers = new ArrayList<>();
    IntStream.range(0, experts).forEach(_ -> onOthers.add(new ArrayList<>()));
    for (int task = 0; task < experts; task++) {
      List<Integer> deltas =
          parameters.interferes() ? IntStream.range(0, experts).boxed().toList() : List.of(task);
      List<Scores> onTask = evidence.importance(deltas, task);
      for (int i = 0; i < deltas.size(); i++) {
        if (deltas.get(i) == task) {
          own.add(onTask.get(i));
        } else {
          onOthers.get(deltas.get(i)).add(onTask.get(i).importance());
        }
      }
    }
    return IntStream.range(0, experts)
        .mapToObj(
            e ->
                new Scores(
                    LessInterference.of(own.get(e).importance(), onOthers.get(e)),
                    own.get(e).level()))
        .toList();
  }

  private Calibration calibrate(Map<String, Setting.Scalar> chosen, List<Scores> scores) {
    CalibrationSettings settings =
        AplParameters.of(tasks.stream().map(task -> task.with(chosen)).toList()).calibration();
    List<ScoredExpert> scored = new ArrayList<>();
    for (int e = 0; e < scores.size(); e++) {
      Expert expert = evidence.experts().get(e);
      Map<String, Double> density = new HashMap<>();
      for (MergeTask task : tasks) {
        density.put(task.tensor(), Apl.DENSITY.of(task, e));
      }
      scored.add(
          new ScoredExpert(
              expert.weights(),
              expert.partitions(settings.level()),
              scores.get(e).importance(),
              scores.get(e).level(),
              density));
    }
    return Calibration.of(scored, settings, evidence.readers().count(), Kernels.get());
  }
}
