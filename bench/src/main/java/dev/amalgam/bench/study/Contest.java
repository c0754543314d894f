package dev.amalgam.bench.study;

import dev.amalgam.core.tensor.Checkpoint;
import java.util.ArrayList;
import java.util.List;

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
    Trial best = best(experiment, settings, experts);
    List<Result> results = new ArrayList<>();
    try (Candidates.Candidate candidate = candidates.merge(best, experts)) {
      for (OpenFamily.Expert task : experts) {
        Score score = score(experiment, best, candidate.weights(), task, Split.TEST);
        results.add(new Result(experiment, best, task.name(), references.onTest(task, score)));
      }
    }
    return results;
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
    double sum = 0;
    try (Candidates.Candidate candidate = candidates.merge(trial, experts)) {
      for (OpenFamily.Expert task : experts) {
        Score score = score(experiment, trial, candidate.weights(), task, Split.VALIDATION);
        sum += references.onValidation(task, score);
      }
    }
    return sum / experts.size();
  }

  private Score score(
      Experiment experiment, Trial trial, Checkpoint weights, OpenFamily.Expert task, Split split) {
    Score score = scores.of(family.model(weights, task), task.examples().of(split));
    log.candidate(family.family().name(), experiment, trial, task.name(), split, score);
    return score;
  }
}
