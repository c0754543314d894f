package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.GainMissed;
import dev.amalgam.core.merge.RepairHistory.Judgement;
import dev.amalgam.core.merge.RepairHistory.Lines;
import dev.amalgam.core.merge.RepairHistory.Spread;
import dev.amalgam.core.repair.Coefficients;
import dev.amalgam.core.repair.Start;
import dev.amalgam.core.weight.LineCoefficients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes down how a repair goes, and in the end tells its {@link RepairHistory}. */
final class RepairLog {

  private final Evidence evidence;
  private final List<RepairHistory.Learning> learnings = new ArrayList<>();
  private final SortedMap<Double, Judged> lambdas = new TreeMap<>();
  private double[] begun;

  RepairLog(Evidence evidence) {
    this.evidence = evidence;
  }

  /** Notes with what the repair begins, and returns it. */
  Judged begun(Judged with) {
    begun = with.missed();
    return with;
  }

  /**
   * Notes a run.
   *
   * @param missed what was missed at each step that was judged
   */
  void learned(boolean masked, int steps, SequencedMap<Integer, double[]> missed) {
    List<Judgement> judgements = new ArrayList<>();
    missed.forEach((step, shares) -> judgements.add(new Judgement(step, losses(shares))));
    learnings.add(new RepairHistory.Learning(masked, steps, judgements));
  }

  /** Forgets which factors were tried. */
  void triesLambdas() {
    lambdas.clear();
  }

  /** Notes a factor that was tried, and returns what it makes. */
  Judged tried(double lambda, Judged made) {
    lambdas.put(lambda, made);
    return made;
  }

  private List<Double> losses(double[] missed) {
    List<Double> losses = new ArrayList<>();
    for (int task = 0; task < missed.length; task++) {
      losses.add(GainMissed.loss(evidence.lossForChoosing(task), missed[task]));
    }
    return losses;
  }

  /**
   * Returns all of it.
   *
   * @param repaired what the repair made
   * @param sum task arithmetic
   * @param result one of the two
   */
  RepairHistory history(Start start, Judged repaired, Judged sum, Judged result) {
    List<Double> first = losses(begun);
    List<Double> last = losses(repaired.missed());
    List<Double> ofSum = losses(sum.missed());
    List<RepairHistory.Task> tasks = new ArrayList<>();
    for (int t = 0; t < begun.length; t++) {
      var own = evidence.lossForChoosing(t);
      tasks.add(
          new RepairHistory.Task(
              evidence.experts().get(t).shortName(),
              own.base(),
              own.expert(),
              ofSum.get(t),
              first.get(t),
              last.get(t)));
    }
    List<Judgement> tried = new ArrayList<>();
    lambdas.forEach((lambda, made) -> tried.add(new Judgement(lambda, losses(made.missed()))));
    return new RepairHistory(
        start,
        result.merged().startFactor(),
        result.merged().lambda(),
        result == sum,
        tasks,
        learnings,
        tried,
        spreads(result.merged().coefficients()));
  }

  private static SequencedMap<String, List<Lines>> spreads(Coefficients all) {
    SequencedMap<String, List<Lines>> spreads = new LinkedHashMap<>();
    for (String tensor : all.tensors()) {
      List<Lines> ofExperts = new ArrayList<>();
      for (int expert = 0; expert < all.experts(); expert++) {
        LineCoefficients own = all.of(tensor, expert).orElseThrow();
        ofExperts.add(
            new Lines(
                spread(own.values(), own.rowAt(), own.rows()),
                spread(own.values(), own.columnAt(), own.columns())));
      }
      spreads.put(tensor, ofExperts);
    }
    return spreads;
  }

  /** Returns the spread of some numbers: float64, in their order. */
  private static Spread spread(float[] values, int from, int count) {
    if (count == 0) {
      return Spread.NONE;
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    return new Spread(count, mean, Math.sqrt(squares / count));
  }
}
