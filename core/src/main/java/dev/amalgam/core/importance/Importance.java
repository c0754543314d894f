package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.weight.FineTuned;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/** Estimates the importance of the partitions of experts' deltas. */
public final class Importance {

  private Importance() {}

  /**
   * Returns examples in batches as an estimate needs them.
   *
   * @param tokens the most tokens of a batch; a longer example is alone
   */
  public static List<Batch> batches(
      List<Example> examples, ImportanceSettings settings, int tokens) {
    boolean single =
        settings.estimator() == Estimator.GRADIENT && settings.level() == Level.ELEMENT;
    List<Batch> batches = new ArrayList<>();
    List<Example> gathered = new ArrayList<>();
    int gatheredTokens = 0;
    for (Example example : examples) {
      boolean full = single || gatheredTokens + example.length() > tokens;
      if (!gathered.isEmpty() && full) {
        batches.add(new Batch(gathered));
        gathered.clear();
        gatheredTokens = 0;
      }
      gathered.add(example);
      gatheredTokens += example.length();
    }
    if (!gathered.isEmpty()) {
      batches.add(new Batch(gathered));
    }
    return batches;
  }

  /**
   * Returns how many times examples go through layers, forward or backward, to estimate the
   * importance of one delta; for interventions the most times, since they start where they can.
   */
  public static long passes(Partitions partitions, ImportanceSettings settings) {
    if (settings.estimator() != Estimator.GRADIENT) {
      return InterventionImportance.passes(partitions) + 2;
    }
    int points = settings.point().fractions(settings.steps()).length;
    boolean known = settings.point() == Point.BASE || settings.point() == Point.EXPERT;
    return 2L * points + (known ? 1 : 2);
  }

  /**
   * Returns the importance of the partitions of an expert's delta.
   *
   * @param batches the examples, see {@link #batches}
   * @param memory gives zeros, where scores of elements are kept
   */
  public static ImportanceScores of(
      Expert expert,
      ImportanceSettings settings,
      List<Batch> batches,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    List<FineTuned> own = List.of(expert.weights());
    return settings.estimator() == Estimator.GRADIENT
        ? GradientImportance.of(expert, own, settings, batches, engine, memory, listener).getFirst()
        : InterventionImportance.of(expert, settings, batches, engine, listener);
  }
}
