package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Importance by the gradient approximation: the score of a partition of a delta Δ for an example is
 * {@code −⟨∇ℓ(Θ*), Δ⟩} over the partition, positive where the partition helps. For Θ* the base it
 * is the first-order effect of restoring the partition; {@link Point#INTEGRATED} adds up to the
 * loss that the whole delta saves.
 */
public final class GradientImportance {

  private final List<Expert> experts;
  private final ImportanceSettings settings;
  private final List<Batch> batches;
  private final ExampleLoss loss;
  private final int examples;
  private final Engine engine;
  private final ModelRunner.LayerListener listener;
  private final float[] fractions;
  private double[] baseLosses;
  private double[] expertLosses;

  private GradientImportance(
      List<Expert> experts,
      ImportanceSettings settings,
      List<Batch> batches,
      ExampleLoss loss,
      Engine engine,
      ModelRunner.LayerListener listener) {
    this.experts = experts;
    this.settings = settings;
    this.batches = batches;
    this.loss = loss;
    this.examples = batches.stream().mapToInt(b -> b.examples().size()).sum();
    this.engine = engine;
    this.listener = listener;
    this.fractions = settings.point().fractions(settings.steps());
  }

  /**
   * Returns the importance of the partitions of experts' deltas for the same examples. With
   * gradients taken at the base, as they must be for more than one, all share them.
   *
   * @param experts those whose deltas are scored; more than one are all on one task, see {@link
   *     Expert#on}
   * @param batches the examples; at {@link Level#ELEMENT} one in each batch
   * @param loss what is asked of models
   * @param memory gives zeros, where element scores are kept
   */
  static List<ImportanceScores> of(
      List<Expert> experts,
      ImportanceSettings settings,
      List<Batch> batches,
      ExampleLoss loss,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    if (experts.size() > 1 && settings.point() != Point.BASE) {
      throw new IllegalArgumentException("only at the base do deltas share a gradient");
    }
    var run = new GradientImportance(experts, settings, batches, loss, engine, listener);
    return settings.level() == Level.ELEMENT ? run.elements(memory) : run.table();
  }

  private List<ImportanceScores> table() {
    List<ScoreTable> tables =
        partitions().stream().map(p -> new ScoreTable(p, settings.aggregate(), examples)).toList();
    List<GradientScorer.Target> targets = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      targets.add(new GradientScorer.Target(experts.get(i).weights(), tables.get(i)));
    }
    GradientVisitor scorer = new GradientScorer(targets, engine);
    gradients(
        scorer,
        batch -> tables.forEach(table -> table.begin(batch.examples().size())),
        () -> tables.forEach(table -> table.fold(1.0 / fractions.length)));
    return scores(tables, TableScores::new);
  }

  private List<ImportanceScores> elements(SegmentAllocator memory) {
    Set<String> inParts = inParts();
    List<ElementTable> tables =
        partitions().stream()
            .map(p -> new ElementTable(p, settings.aggregate(), examples, inParts, memory))
            .toList();
    List<ElementScorer.Target> targets = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      targets.add(new ElementScorer.Target(experts.get(i).weights(), tables.get(i)));
    }
    double factor = 1.0 / fractions.length;
    gradients(
        new ElementScorer(targets, factor, engine),
        _ -> {},
        () -> tables.forEach(table -> table.fold(factor, engine)));
    return scores(tables, ElementScores::new);
  }

  private List<Partitions> partitions() {
    return experts.stream().map(expert -> expert.partitions(settings.level())).toList();
  }

  // What stands outside the layers may be shown twice, being tied, or block by block, by the head.
  private Set<String> inParts() {
    return experts.getFirst().at(1).parameters().stream()
        .filter(p -> fractions.length > 1 || !p.layer().startsWith("layers."))
        .map(ModelParameter::name)
        .collect(Collectors.toSet());
  }

  private interface Start {
    void of(Batch batch);
  }

  private void gradients(GradientVisitor visitor, Start start, Runnable end) {
    List<ModelRunner> runners = new ArrayList<>();
    for (float fraction : fractions) {
      runners.add(new ModelRunner(experts.getFirst().at(fraction), engine, listener));
    }
    double[] losses = new double[examples];
    int done = 0;
    for (Batch batch : batches) {
      start.of(batch);
      for (ModelRunner runner : runners) {
        double[] means = loss.gradients(runner, batch, settings.room(), visitor);
        System.arraycopy(means, 0, losses, done, means.length);
      }
      end.run();
      done += batch.examples().size();
    }
    if (settings.point() == Point.BASE) {
      baseLosses = losses;
    } else if (settings.point() == Point.EXPERT) {
      expertLosses = losses;
    }
  }

  private <T> List<ImportanceScores> scores(
      List<T> tables, BiFunction<T, ImportanceScores.Losses, ImportanceScores> scores) {
    double[] base = baseLosses != null ? baseLosses : losses(experts.getFirst().at(0));
    List<ImportanceScores> all = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      double[] after = expertLosses != null ? expertLosses : losses(experts.get(i).at(1));
      all.add(scores.apply(tables.get(i), new ImportanceScores.Losses(base, after)));
    }
    return all;
  }

  private double[] losses(Model model) {
    return Expert.losses(model, batches, loss, engine, listener);
  }
}
