package dev.amalgam.job;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.model.ModelFolder;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.TaskResults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The evaluations of a base, its experts and some merged models on the examples of some tasks.
 *
 * @param base the base
 * @param experts one for each file, whose task it is; or none
 * @param merged the merged models
 * @param data the files of examples
 * @param how they are evaluated; whose head is taken is chosen here
 */
record TaskEvaluations(
    Path base, List<Path> experts, List<Path> merged, List<Path> data, EvalSettings how) {

  private List<Path> models() {
    return Stream.of(List.of(base), experts, merged).flatMap(List::stream).toList();
  }

  /** Checks that every model can be run on every file. */
  void check(ProgressListener progress) {
    for (Path model : models()) {
      for (int task = 0; task < data.size() && isAsked(model); task++) {
        prepare(model, task, progress).close();
      }
    }
  }

  /**
   * Evaluates.
   *
   * @param labels what experts and merged models are called
   */
  TaskResults results(List<String> labels, ProgressListener progress) {
    List<Path> models = models();
    double[][] losses = new double[models.size()][data.size()];
    double[][] accuracies = new double[models.size()][data.size()];
    for (int m = 0; m < models.size(); m++) {
      Arrays.fill(losses[m], Double.NaN);
      Arrays.fill(accuracies[m], Double.NaN);
      for (int task = 0; task < data.size() && isAsked(models.get(m)); task++) {
        try (EvalJob job = prepare(models.get(m), task, progress)) {
          Evaluation evaluation = job.run(progress);
          losses[m][task] = evaluation.loss();
          accuracies[m][task] = evaluation.accuracy();
        }
      }
    }
    List<String> names = new ArrayList<>(List.of("base"));
    names.addAll(labels);
    List<String> files = data.stream().map(path -> String.valueOf(path.getFileName())).toList();
    return new TaskResults(names, files, losses, accuracies);
  }

  private EvalJob prepare(Path model, int task, ProgressListener progress) {
    Optional<Path> head = experts.isEmpty() ? Optional.empty() : head(model, experts.get(task));
    EvalSettings own = head.map(how::withHead).orElse(how);
    return EvalJob.prepare(model, data.get(task), own, progress);
  }

  /** Returns whether a model can be asked: not a base whose head no expert lends. */
  private boolean isAsked(Path model) {
    return !experts.isEmpty() || !model.equals(base) || kind(base).equals(kind(merged.getFirst()));
  }

  /** Returns the expert if the model needs its head for the expert's task. */
  private Optional<Path> head(Path model, Path expert) {
    if (model.equals(expert)) {
      return Optional.empty();
    }
    Optional<Targets.Kind> wanted = kind(expert);
    if (wanted.isEmpty() || wanted.get() == Targets.Kind.NEXT_TOKEN) {
      return Optional.empty();
    }
    // Classes are the task's own: of all others only a merged model may know them.
    boolean may = wanted.get() != Targets.Kind.CLASS || merged.contains(model);
    return may && kind(model).equals(wanted) ? Optional.empty() : Optional.of(expert);
  }

  private static Optional<Targets.Kind> kind(Path folder) {
    try (ModelFolder model = ModelFolder.open(folder, Optional.empty())) {
      return Optional.of(model.model().head().kind());
    } catch (ModelException e) {
      // It has no head; where it is broken otherwise, the evaluation says so.
      return Optional.empty();
    }
  }
}
