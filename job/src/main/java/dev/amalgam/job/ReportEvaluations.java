package dev.amalgam.job;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.model.ModelFolder;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.report.TaskResults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The evaluations of a report: the base, each expert and the merged model on the examples of each
 * expert's task.
 *
 * @param settings with a merged model, a base, and a file for each expert
 * @param labels what the report calls the experts
 */
record ReportEvaluations(ReportJob.Settings settings, List<String> labels) {

  private List<Path> models() {
    List<Path> models = new ArrayList<>();
    models.add(settings.base().orElseThrow());
    models.addAll(settings.experts());
    models.add(settings.merge().orElseThrow());
    return models;
  }

  /** Checks that every model can be run on every file. */
  void check(ProgressListener progress) {
    for (Path model : models()) {
      for (int task = 0; task < settings.data().size(); task++) {
        prepare(model, task, progress).close();
      }
    }
  }

  /** Evaluates. */
  TaskResults results(ProgressListener progress) {
    List<Path> models = models();
    int tasks = settings.data().size();
    double[][] losses = new double[models.size()][tasks];
    double[][] accuracies = new double[models.size()][tasks];
    for (int m = 0; m < models.size(); m++) {
      for (int task = 0; task < tasks; task++) {
        try (EvalJob job = prepare(models.get(m), task, progress)) {
          Evaluation evaluation = job.run(progress);
          losses[m][task] = evaluation.loss();
          accuracies[m][task] = evaluation.accuracy();
        }
      }
    }
    List<String> names = new ArrayList<>();
    names.add("base");
    names.addAll(labels);
    names.add("merged");
    List<String> files =
        settings.data().stream().map(path -> String.valueOf(path.getFileName())).toList();
    return new TaskResults(names, files, losses, accuracies);
  }

  private EvalJob prepare(Path model, int task, ProgressListener progress) {
    EvalSettings how =
        new EvalSettings(
            head(model, settings.experts().get(task)),
            settings.maxLength(),
            settings.batchTokens(),
            settings.threads(),
            Optional.empty());
    return EvalJob.prepare(model, settings.data().get(task), how, progress);
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
    // Classes are the task's own: of all others only the merged model may know them.
    boolean may =
        wanted.get() != Targets.Kind.CLASS || model.equals(settings.merge().orElseThrow());
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
