package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/** Estimates the importance of the partitions of experts' deltas. */
public final class Importance {

  private Importance() {}

  /**
   * Returns examples in batches as an estimate needs them.
   *
   * @param labelled whether the examples say what is right
   * @param tokens the most tokens of a batch; a longer example is alone
   */
  public static List<Batch> batches(
      List<Example> examples, boolean labelled, ImportanceSettings settings, int tokens) {
    boolean single =
        settings.estimator() == Estimator.GRADIENT
            && (settings.level() == Level.ELEMENT || !labelled);
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
   * @param labelled whether the examples say what is right, and need no teacher
   */
  public static long passes(
      Partitions partitions, ImportanceSettings settings, int deltas, boolean labelled) {
    int teaching = labelled ? 0 : 1;
    if (settings.estimator() != Estimator.GRADIENT) {
      return InterventionImportance.passes(partitions) + 2 + teaching;
    }
    return 2L * points(settings) + lossPasses(settings, deltas) + teaching;
  }

  /** Returns at how many points gradients are taken. */
  public static int points(ImportanceSettings settings) {
    return settings.point().fractions(settings.steps()).length;
  }

  /** Returns how many more times examples run forward, for losses that no gradient gives. */
  public static int lossPasses(ImportanceSettings settings, int deltas) {
    return switch (settings.point()) {
      case BASE -> deltas;
      case EXPERT -> 1;
      case MIDPOINT, INTEGRATED -> 2;
    };
  }

  /**
   * Returns the importance of the partitions of an expert's delta on its own task.
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
    return of(List.of(expert), expert.at(1), settings, batches, engine, memory, listener)
        .getFirst();
  }

  /**
   * Returns the importance of the partitions of each expert's delta, all on one task.
   *
   * @param experts one, or, if passes are {@linkplain #isShared shared}, any number
   * @param teacher the expert whose task it is, which says what is right of examples without labels
   */
  public static List<ImportanceScores> of(
      List<Expert> experts,
      Model teacher,
      ImportanceSettings settings,
      List<Batch> batches,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    if (experts.size() > 1 && !isShared(settings)) {
      throw new IllegalArgumentException("only gradients at the base are shared by deltas");
    }
    ExampleLoss loss = ExampleLoss.of(new ModelRunner(teacher, engine, listener), batches, memory);
    return settings.estimator() == Estimator.GRADIENT
        ? GradientImportance.of(experts, settings, batches, loss, engine, memory, listener)
        : List.of(
            InterventionImportance.of(
                experts.getFirst(), settings, batches, loss, engine, listener));
  }
}
