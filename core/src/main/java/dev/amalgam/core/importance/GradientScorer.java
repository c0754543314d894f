package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.matrix.Matrix;
import dev.amalgam.core.matrix.WeightMatrix;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weight;
import java.util.List;

/**
 * Scores the partitions of experts' deltas, up to rows and columns, from what a backward pass
 * shows: {@code −⟨∇ℓ, Δ⟩} over each partition. No gradient of a parameter is made. For a product
 * {@code y = x·Wᵀ} with the loss's gradient dy, the score of row i is {@code −Σ dy_i·(x·Δᵀ)_i}, and
 * that of column j {@code −Σ x_j·(dy·Δ)_j}, both over the example's tokens: one more product for a
 * weight and expert.
 */
final class GradientScorer implements GradientVisitor {

  /**
   * An expert whose delta is scored.
   *
   * @param model the expert and its base
   * @param scores where its scores go
   */
  record Target(FineTuned model, ScoreTable scores) {}

  private final Engine engine;
  private final List<Target> targets;

  GradientScorer(List<Target> targets, Engine engine) {
    this.targets = List.copyOf(targets);
    this.engine = engine;
  }

  private interface Scoring {
    void score(ScoreTable scores, Partitioning partitions, Weight delta);
  }

  private void forEach(Weight weight, Scoring scoring) {
    for (Target target : targets) {
      String name = weight.name();
      target
          .scores()
          .partitions()
          .of(name)
          .ifPresent(
              partitions ->
                  scoring.score(
                      target.scores(),
                      partitions,
                      weight.in(target.model().delta(name).orElseThrow())));
    }
  }

  @Override
  public void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts) {
    forEach(
        weight,
        (scores, partitions, delta) -> {
          WeightMatrix stored = WeightMatrix.of(delta);
          Matrix toOutputs = inputsFirst ? stored : stored.transposed();
          boolean columns = scores.partitions().level() == Level.COLUMN;
          States from = columns ? dy : x;
          States along = columns ? x : dy;
          int mark = engine.memory().mark();
          States moved = engine.memory().states(x.rows(), along.width());
          engine
              .products()
              .multiply(
                  from.matrix(),
                  columns ? toOutputs.transposed() : toOutputs,
                  moved.data(),
                  moved.offset(),
                  moved.stride(),
                  false);
          // Lines that are rows of the tensor lie behind those of the parts before this one.
          long first =
              columns == inputsFirst ? delta.firstElement() / delta.shape().rowLength() : 0;
          double[][] lines = LineSums.ofProducts(along, moved, starts, engine);
          add(scores, partitions, delta, Math.toIntExact(first), lines);
          engine.memory().release(mark);
        });
  }

  @Override
  public void shift(Weight weight, States dy, int[] starts) {
    forEach(
        weight,
        (scores, partitions, delta) ->
            addVector(scores, partitions, delta, LineSums.of(dy, starts, engine)));
  }

  @Override
  public void scale(Weight weight, States x, States dy, int[] starts) {
    forEach(
        weight,
        (scores, partitions, delta) ->
            addVector(scores, partitions, delta, LineSums.ofProducts(dy, x, starts, engine)));
  }

  private void addVector(
      ScoreTable scores, Partitioning partitions, Weight delta, double[][] gradients) {
    float[] values = engine.values(delta);
    for (double[] gradient : gradients) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= values[i];
      }
    }
    add(scores, partitions, delta, 0, gradients);
  }

  /**
   * Takes in, for each example, minus the scores of a tensor's lines or entries, from number {@code
   * first} on.
   */
  private static void add(
      ScoreTable scores, Partitioning partitions, Weight delta, int first, double[][] lines) {
    for (int example = 0; example < lines.length; example++) {
      double[] target = scores.of(partitions.key(), example);
      double total = 0;
      for (int i = 0; i < lines[example].length; i++) {
        total -= lines[example][i];
        if (partitions.count() > 1) {
          target[first + i] -= lines[example][i];
        }
      }
      if (partitions.count() == 1) {
        target[0] += total;
      }
      scores.addToTensor(delta.name(), example, total);
    }
  }

  @Override
  public void lookup(Weight weight, int[] indexes, States dy, int[] starts) {
    forEach(
        weight,
        (scores, partitions, delta) -> {
          int mark = engine.memory().mark();
          States rows = engine.memory().states(dy.rows(), dy.width());
          engine.overRows(
              rows.rows(),
              rows.width(),
              (scratch, from, to) -> {
                for (int row = from; row < to; row++) {
                  long first = (long) indexes[row] * rows.width();
                  scratch.read(delta, first, rows.width(), rows.data(), rows.at(row));
                }
              });
          if (scores.partitions().level() == Level.COLUMN) {
            add(scores, partitions, delta, 0, LineSums.ofProducts(dy, rows, starts, engine));
          } else {
            addLookedUp(scores, partitions, delta, indexes, dotRows(dy, rows), starts);
          }
          engine.memory().release(mark);
        });
  }

  /** Returns the dot product of each row of two states, in float64 and ascending order. */
  private double[] dotRows(States a, States b) {
    double[] dots = new double[a.rows()];
    engine.overRows(
        a.rows(),
        a.width(),
        (_, from, to) -> {
          for (int row = from; row < to; row++) {
            double sum = 0;
            for (int i = 0; i < a.width(); i++) {
              sum += (double) a.data()[a.at(row) + i] * b.data()[b.at(row) + i];
            }
            dots[row] = sum;
          }
        });
    return dots;
  }

  private static void addLookedUp(
      ScoreTable scores,
      Partitioning partitions,
      Weight delta,
      int[] indexes,
      double[] dots,
      int[] starts) {
    for (int example = 0; example + 1 < starts.length; example++) {
      double[] target = scores.of(partitions.key(), example);
      double total = 0;
      for (int row = starts[example]; row < starts[example + 1]; row++) {
        total -= dots[row];
        target[partitions.count() == 1 ? 0 : indexes[row]] -= dots[row];
      }
      scores.addToTensor(delta.name(), example, total);
    }
  }
}
