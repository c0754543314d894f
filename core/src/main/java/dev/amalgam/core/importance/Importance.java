package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.SegmentAllocator;
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
    return Batch.gather(examples, single ? 0 : tokens);
  }

  /**
   * Returns whether several deltas can be scored together: whether all gradients that an estimate
   * needs are those of the base.
   */
  public static boolean isShared(ImportanceSettings settings) {
    return settings.estimator() == Estimator.GRADIENT && settings.point() == Point.BASE;
  }

  /**
   * Returns how many times examples go through layers, forward or backward, to estimate the
   * importance of deltas together; for interventions the most times, since they start where they
   * can.
   *
   * @param partitions those of one of the deltas
   * @param deltas how many there are
   */
  public static long passes(Partitions partitions, ImportanceSettings settings, int deltas) {
    if (settings.estimator() != Estimator.GRADIENT) {
      return InterventionImportance.passes(partitions) + 2;
    }
    int points = settings.point().fractions(settings.steps()).length;
    int losses =
        switch (settings.point()) {
          case BASE -> deltas;
          case EXPERT -> 1;
          case MIDPOINT, INTEGRATED -> 2;
        };
    return 2L * points + losses;
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
    return of(List.of(expert), settings, batches, engine, memory, listener).getFirst();
  }

  /**
   * Returns the importance of the partitions of each expert's delta, all on one task.
   *
   * @param experts one, or, if passes are {@linkplain #isShared shared}, any number
   */
  public static List<ImportanceScores> of(
      List<Expert> experts,
      ImportanceSettings settings,
      List<Batch> batches,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    if (experts.size() > 1 && !isShared(settings)) {
      throw new IllegalArgumentException("only gradients at the base are shared by deltas");
    }
    return settings.estimator() == Estimator.GRADIENT
        ? GradientImportance.of(experts, settings, batches, engine, memory, listener)
        : List.of(
            InterventionImportance.of(experts.getFirst(), settings, batches, engine, listener));
  }
}
