package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.weight.FineTuned;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Importance by the gradient approximation: the score of a partition of a delta Δ for an example is
 * {@code −⟨∇ℓ(Θ*), Δ⟩} over the partition, positive where the partition helps. For Θ* the base it
 * is the first-order effect of restoring the partition; {@link Point#INTEGRATED} adds up to the
 * loss that the whole delta saves.
 */
public final class GradientImportance {

  private final Expert expert;
  private final List<FineTuned> scored;
  private final ImportanceSettings settings;
  private final List<Batch> batches;
  private final int examples;
  private final Engine engine;
  private final ModelRunner.LayerListener listener;
  private final float[] fractions;
  private double[] baseLosses;
  private double[] expertLosses;

  private GradientImportance(
      Expert expert,
      List<FineTuned> scored,
      ImportanceSettings settings,
      List<Batch> batches,
      Engine engine,
      ModelRunner.LayerListener listener) {
    this.expert = expert;
    this.scored = scored;
    this.settings = settings;
    this.batches = batches;
    this.examples = batches.stream().mapToInt(b -> b.examples().size()).sum();
    this.engine = engine;
    this.listener = listener;
    this.fractions = settings.point().fractions(settings.steps());
  }

  /**
   * Returns the importance of the partitions of several deltas for one expert's examples. With
   * gradients taken at the base, as they must be for more than one, all share them.
   *
   * @param expert whose examples they are
   * @param scored the deltas that are scored; of the expert's base
   * @param batches the examples; at {@link Level#ELEMENT} one in each batch
   * @param memory gives zeros, where element scores are kept
   */
  public static List<ImportanceScores> of(
      Expert expert,
      List<FineTuned> scored,
      ImportanceSettings settings,
      List<Batch> batches,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    if (scored.size() > 1 && settings.point() != Point.BASE) {
      throw new IllegalArgumentException("only at the base do deltas share a gradient");
    }
    var run = new GradientImportance(expert, scored, settings, batches, engine, listener);
    return settings.level() == Level.ELEMENT ? run.elements(memory) : run.table();
  }

  private List<ImportanceScores> table() {
    List<ScoreTable> tables =
        partitions().stream().map(p -> new ScoreTable(p, settings.aggregate(), examples)).toList();
    List<GradientScorer.Target> targets = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      targets.add(new GradientScorer.Target(scored.get(i), tables.get(i)));
    }
    GradientVisitor scorer = new GradientScorer(targets, engine);
    gradients(
        scorer,
        batch -> tables.forEach(table -> table.begin(batch.examples().size())),
        () -> tables.forEach(table -> table.fold(1.0 / fractions.length)));
    ImportanceScores.Losses losses = losses();
    return tables.stream().<ImportanceScores>map(t -> new TableScores(t, losses)).toList();
  }

  private List<ImportanceScores> elements(SegmentAllocator memory) {
    Set<String> inParts = inParts();
    List<ElementTable> tables =
        partitions().stream()
            .map(p -> new ElementTable(p, settings.aggregate(), examples, inParts, memory))
            .toList();
    List<ElementScorer.Target> targets = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      targets.add(new ElementScorer.Target(scored.get(i), tables.get(i)));
    }
    double factor = 1.0 / fractions.length;
    gradients(
        new ElementScorer(targets, factor, engine),
        _ -> {},
        () -> tables.forEach(table -> table.fold(factor, engine)));
    ImportanceScores.Losses losses = losses();
    return tables.stream().<ImportanceScores>map(t -> new ElementScores(t, losses)).toList();
  }

  private List<Partitions> partitions() {
    List<ModelParameter> parameters = expert.at(1).parameters();
    return scored.stream().map(s -> new Partitions(settings.level(), parameters, s)).toList();
  }

  // What stands outside the layers may be shown twice, being tied, or block by block, by the head.
  private Set<String> inParts() {
    return expert.at(1).parameters().stream()
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
      runners.add(new ModelRunner(expert.at(fraction), engine, listener));
    }
    double[] losses = new double[examples];
    int done = 0;
    for (Batch batch : batches) {
      start.of(batch);
      for (ModelRunner runner : runners) {
        double[] means =
            Expert.means(
                runner.gradients(batch, LossScale.MEAN_OF_EACH_EXAMPLE, settings.room(), visitor));
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

  private ImportanceScores.Losses losses() {
    return new ImportanceScores.Losses(
        baseLosses != null ? baseLosses : Expert.losses(expert.at(0), batches, engine, listener),
        expertLosses != null
            ? expertLosses
            : Expert.losses(expert.at(1), batches, engine, listener));
  }
}
