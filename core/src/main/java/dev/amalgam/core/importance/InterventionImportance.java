package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Importance by exact causal intervention: one forward pass for each partition and example. What a
 * clean run computes before the first layer that a partition touches is computed once. Neither
 * checkpoint is written to.
 */
public final class InterventionImportance {

  private final Expert expert;
  private final ExampleLoss loss;
  private final Estimator estimator;
  private final Weights clean;
  private final Partitions partitions;
  private final ScoreTable table;
  private final Engine engine;
  private final ModelRunner.LayerListener listener;
  private final Map<String, Map<String, Partitioning>> tensorsByKey = new LinkedHashMap<>();

  private InterventionImportance(
      Expert expert,
      ImportanceSettings settings,
      ExampleLoss loss,
      int examples,
      Engine engine,
      ModelRunner.LayerListener listener) {
    this.expert = expert;
    this.loss = loss;
    this.estimator = settings.estimator();
    this.clean = expert.weights().at(isAblation() ? 1 : 0);
    this.engine = engine;
    this.listener = listener;
    this.partitions = expert.partitions(settings.level());
    this.table = new ScoreTable(partitions, settings.aggregate(), examples);
    for (String tensor : partitions.tensors()) {
      Partitioning partitioning = partitions.of(tensor).orElseThrow();
      tensorsByKey
          .computeIfAbsent(partitioning.key(), _ -> new LinkedHashMap<>())
          .put(tensor, partitioning);
    }
  }

  /**
   * Returns the importance of the partitions of an expert's delta.
   *
   * @param loss what is asked of models
   * @param listener hears of every layer of every forward pass, of which there are {@link #passes}
   */
  static ImportanceScores of(
      Expert expert,
      ImportanceSettings settings,
      List<Batch> batches,
      ExampleLoss loss,
      Engine engine,
      ModelRunner.LayerListener listener) {
    Estimator estimator = settings.estimator();
    if (estimator == Estimator.GRADIENT) {
      throw new IllegalArgumentException("a gradient is no intervention");
    }
    int examples = batches.stream().mapToInt(b -> b.examples().size()).sum();
    var run = new InterventionImportance(expert, settings, loss, examples, engine, listener);
    double[] clean = new double[examples];
    int done = 0;
    for (Batch batch : batches) {
      double[] losses = run.score(batch);
      System.arraycopy(losses, 0, clean, done, losses.length);
      done += losses.length;
    }
    double[] other =
        Expert.losses(expert.at(run.isAblation() ? 0 : 1), batches, loss, engine, listener);
    return new TableScores(
        run.table,
        run.isAblation()
            ? new ImportanceScores.Losses(other, clean)
            : new ImportanceScores.Losses(clean, other));
  }

  /**
   * Returns how many interventions there are: forward passes over all examples, in part or whole.
   */
  public static long passes(Partitions partitions) {
    long wholes = partitions.level().isGroup() ? 0 : partitions.tensors().size();
    return partitions.counts().values().stream().mapToLong(Long::longValue).sum() + wholes;
  }

  private double[] score(Batch batch) {
    int mark = engine.memory().mark();
    try {
      ModelRunner runner = new ModelRunner(expert.with(clean), engine, listener);
      List<States> trace = runner.trace(batch);
      double[] losses = loss.resume(runner, batch, trace.size() - 1, trace.getLast()).means();
      table.begin(batch.examples().size());
      tensorsByKey.forEach(
          (key, tensors) -> {
            long count = tensors.values().iterator().next().count();
            for (int partition = 0; partition < count; partition++) {
              double[] effects = effects(tensors, partition, batch, trace, losses);
              for (int example = 0; example < effects.length; example++) {
                table.of(key, example)[partition] = effects[example];
              }
              if (partitions.level().isGroup()) {
                addToTensor(tensors.keySet().iterator().next(), effects);
              }
            }
          });
      if (!partitions.level().isGroup()) {
        for (String tensor : partitions.tensors()) {
          Map<String, Partitioning> whole = Map.of(tensor, new Partitioning(tensor, 1, 1));
          addToTensor(tensor, effects(whole, 0, batch, trace, losses));
        }
      }
      table.fold(1);
      return losses;
    } finally {
      engine.memory().release(mark);
    }
  }

  private void addToTensor(String tensor, double[] effects) {
    for (int example = 0; example < effects.length; example++) {
      table.addToTensor(tensor, example, effects[example]);
    }
  }

  /** Returns for each example what a partition helps. */
  private double[] effects(
      Map<String, Partitioning> tensors,
      long partition,
      Batch batch,
      List<States> trace,
      double[] losses) {
    Weights weights = intervened(tensors, partition);
    ModelRunner runner = new ModelRunner(expert.with(weights), engine, listener);
    int first =
        tensors.keySet().stream()
            .mapToInt(tensor -> partitions.parameter(tensor).firstLayer())
            .min()
            .orElseThrow();
    Losses after =
        first < 0 ? loss.of(runner, batch) : loss.resume(runner, batch, first, trace.get(first));
    double[] effects = after.means();
    for (int example = 0; example < effects.length; example++) {
      effects[example] =
          isAblation() ? effects[example] - losses[example] : losses[example] - effects[example];
    }
    return effects;
  }

  /** Returns the weights of the clean run with one partition replaced. */
  private Weights intervened(Map<String, Partitioning> tensors, long partition) {
    Map<String, Weight> replaced = new HashMap<>();
    tensors.forEach(
        (tensor, partitioning) -> {
          FineTuned.Pair pair = expert.weights().both(tensor).orElseThrow();
          replaced.put(
              tensor,
              isAblation()
                  ? new Intervention(pair.expert(), pair.base(), partitioning, partition)
                  : new Intervention(pair.base(), pair.expert(), partitioning, partition));
        });
    return clean.mapped(replaced::getOrDefault);
  }

  private boolean isAblation() {
    return estimator == Estimator.ABLATION;
  }
}
