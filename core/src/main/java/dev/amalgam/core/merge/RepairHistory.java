package dev.amalgam.core.merge;

import dev.amalgam.core.repair.Start;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How a repair went. Losses are those of the examples that judge, one for each task, as {@link
 * dev.amalgam.core.evidence.GainMissed} takes them; one that is no finite number was measured so.
 *
 * @param start where it began
 * @param startFactor by what the start's difference from the base is multiplied in the result
 * @param lambda by what all is multiplied that the result adds to the base
 * @param fallsBack whether the result is task arithmetic, which kept more
 * @param tasks one for each expert
 * @param learnings in the order in which they were made
 * @param lambdas the factors that were tried, from the least
 * @param coefficients those of the result, by tensor and expert
 */
public record RepairHistory(
    Start start,
    float startFactor,
    float lambda,
    boolean fallsBack,
    List<Task> tasks,
    List<Learning> learnings,
    List<Judgement> lambdas,
    SequencedMap<String, List<Lines>> coefficients) {

  /** Copies lists and map. */
  public RepairHistory {
    tasks = List.copyOf(tasks);
    learnings = List.copyOf(learnings);
    lambdas = List.copyOf(lambdas);
    coefficients = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(coefficients));
  }

  /**
   * A task and what models lose on it.
   *
   * @param expert the name of its expert
   * @param base the loss of the base
   * @param own that of the expert
   * @param sum that of task arithmetic at its best factor
   * @param begun that of the model which the repair began with
   * @param repaired that of the repaired model
   */
  public record Task(
      String expert, double base, double own, double sum, double begun, double repaired) {}

  /**
   * One run of steps.
   *
   * @param masked whether some entries were those of the base and stayed so
   * @param steps how many there were to be; patience may have ended it earlier
   * @param judgements what was judged on the way, by step, from step 0 on; the best was kept
   */
  public record Learning(boolean masked, int steps, List<Judgement> judgements) {

    /** Copies the list. */
    public Learning {
      judgements = List.copyOf(judgements);
    }
  }

  /**
   * A model that was judged.
   *
   * @param at the step, or the factor, that made it
   * @param losses of each task
   */
  public record Judgement(double at, List<Double> losses) {

    /** Copies the list. */
    public Judgement {
      losses = List.copyOf(losses);
    }
  }

  /**
   * The coefficients of a tensor's delta.
   *
   * @param rows those of rows, or of entries, or one of all
   * @param columns those of columns
   */
  public record Lines(Spread rows, Spread columns) {}

  /**
   * How numbers are spread.
   *
   * @param count how many there are; where there are none, all is 0
   * @param mean their mean
   * @param deviation the square root of the mean square of their differences from it
   */
  public record Spread(long count, double mean, double deviation) {

    /** The spread of no numbers. */
    public static final Spread NONE = new Spread(0, 0, 0);

    /** Returns the spread of these numbers and others together. */
    public Spread and(Spread other) {
      long all = count + other.count;
      if (count == 0 || other.count == 0) {
        return count == 0 ? other : this;
      }
      double share = (double) other.count / all;
      double between = other.mean - mean;
      double squares =
          (1 - share) * deviation * deviation
              + share * other.deviation * other.deviation
              + share * (1 - share) * between * between;
      return new Spread(all, mean + share * between, Math.sqrt(squares));
    }
  }
}
