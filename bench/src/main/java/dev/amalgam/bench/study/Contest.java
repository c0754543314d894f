package dev.amalgam.bench.study;

import dev.amalgam.core.calibration.AplSearch;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds the best of several trials on validation examples, and what it is worth on test ones. */
final class Contest {

  private final OpenFamily family;
  private final Candidates candidates;
  private final Scores scores;
  private final References references;
  private final CsvLog log;

  Contest(
      OpenFamily family, Candidates candidates, Scores scores, References references, CsvLog log) {
    this.family = family;
    this.candidates = candidates;
    this.scores = scores;
    this.references = references;
    this.log = log;
  }

  /**
   * Returns the results of the best trial, one for each expert. A single trial is not validated.
   *
   * @param settings for each setting its trials, by ascending λ
   * @param experts those that are merged, and whose tasks count, all alike
   */
  List<Result> run(
      Experiment experiment, List<List<Trial>> settings, List<OpenFamily.Expert> experts) {
    Trial first = settings.getFirst().getFirst();
    Trial best =
        first.variant().isAuto()
            ? automatic(experiment, first, experts)
            : best(experiment, settings, experts);
    List<Result> results = new ArrayList<>();
    try (Lazy candidate = new Lazy(best, experts)) {
      for (OpenFamily.Expert task : experts) {
        Score score = score(experiment, best, candidate, task, Split.TEST);
        results.add(
            new Result(
                experiment, best, family.shuffle(), task.name(), references.onTest(task, score)));
      }
    }
    return results;
  }

  /** Chooses as {@code merge_method: apl} does where parameters are {@code auto}. */
  private Trial automatic(Experiment experiment, Trial trial, List<OpenFamily.Expert> experts) {
    AplSearch.Choice choice =
        AplSearch.search(
            Map.of(),
            AplSearch.CHOOSABLE,
            experts.size(),
            trial.drop() > 0,
            chosen ->
                Arrays.stream(validations(experiment, chosen(trial, chosen), experts))
                    .map(value -> 1 - value)
                    .toArray());
    return chosen(trial, choice.parameters());
  }

  private static Trial chosen(Trial trial, Map<String, Setting.Scalar> chosen) {
    Map<String, Setting.Scalar> others = new TreeMap<>(chosen);
    double lambda = ((Setting.Number) others.remove("lambda")).value();
    return new Trial(trial.variant().with(others), trial.drop(), lambda, trial.seed());
  }

  private Trial best(
      Experiment experiment, List<List<Trial>> settings, List<OpenFamily.Expert> experts) {
    Trial best = settings.getFirst().getFirst();
    if (settings.size() == 1 && settings.getFirst().size() == 1) {
      return best;
    }
    double highest = Double.NEGATIVE_INFINITY;
    for (List<Trial> lambdas : settings) {
      double last = Double.NEGATIVE_INFINITY;
      for (Trial trial : lambdas) {
        double mean = validate(experiment, trial, experts);
        // λ moves along a line, on which a loss is close to convex: behind a decline comes nothing
        // better. Of a broken model the mean is no number, and no rise.
        if (!(mean > last)) {
          break;
        }
        last = mean;
        if (mean > highest) {
          best = trial;
          highest = mean;
        }
      }
    }
    return best;
  }

  private double validate(Experiment experiment, Trial trial, List<OpenFamily.Expert> experts) {
    return Arrays.stream(validations(experiment, trial, experts)).average().orElseThrow();
  }

  /** Returns what a trial is worth to each expert's task. */
  private double[] validations(
      Experiment experiment, Trial trial, List<OpenFamily.Expert> experts) {
    double[] values = new double[experts.size()];
    try (Lazy candidate = new Lazy(trial, experts)) {
      for (int i = 0; i < values.length; i++) {
        OpenFamily.Expert task = experts.get(i);
        Score score = score(experiment, trial, candidate, task, Split.VALIDATION);
        values[i] = references.onValidation(task, score);
      }
    }
    return values;
  }

  private Score score(
      Experiment experiment, Trial trial, Lazy candidate, OpenFamily.Expert task, Split split) {
    return log.candidate(
        family,
        experiment,
        trial,
        task.name(),
        split,
        () -> scores.of(family.model(candidate.weights(), task), task.examples().of(split)));
  }

  /** A candidate that is merged when it is first needed. */
  private final class Lazy implements AutoCloseable {
    private final Trial trial;
    private final List<OpenFamily.Expert> experts;
    private Candidates.Candidate merged;

    Lazy(Trial trial, List<OpenFamily.Expert> experts) {
      this.trial = trial;
      this.experts = experts;
    }

    Checkpoint weights() {
      if (merged == null) {
        merged = candidates.merge(trial, experts);
      }
      return merged.weights();
    }

    @Override
    public void close() {
      if (merged != null) {
        merged.close();
      }
    }
  }
}
