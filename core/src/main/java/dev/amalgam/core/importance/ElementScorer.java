package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.SortedMap;

/**
 * Scores the single parameters of experts' deltas, {@code −g·Δ}, from what a backward pass of one
 * example shows. The gradient of a weight is made a stripe of rows at a time, reduced at once and
 * thrown away.
 */
final class ElementScorer implements GradientVisitor {

  /**
   * An expert whose delta is scored.
   *
   * @param model the expert and its base
   * @param scores where its scores go
   */
  record Target(FineTuned model, ElementTable scores) {}

  private final Engine engine;
  private final List<Target> targets;
  private final double factor;

  /**
   * Creates the scorer.
   *
   * @param factor by which the scores of tensors whose gradient comes whole are multiplied
   */
  ElementScorer(List<Target> targets, double factor, Engine engine) {
    this.targets = List.copyOf(targets);
    this.factor = factor;
    this.engine = engine;
  }

  private interface Scoring {
    void score(ElementTable scores, Weight delta);
  }

  private void forEach(Weight weight, Scoring scoring) {
    for (Target target : targets) {
      if (target.scores().partitions().of(weight.name()).isPresent()) {
        scoring.score(target.scores(), target.model().delta(weight.name()).orElseThrow());
      }
    }
  }

  @Override
  public void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts) {
    ParameterGradient.checkOneExample(starts);
    double[][] totals = new double[targets.size()][(inputsFirst ? x : dy).width()];
    ParameterGradient.ofProduct(
        inputsFirst,
        x,
        dy,
        engine,
        (first, gradient) -> {
          for (int t = 0; t < targets.size(); t++) {
            addRows(targets.get(t), weight, first, gradient, totals[t]);
          }
        });
    int t = 0;
    for (Target target : targets) {
      double[] ofRows = totals[t++];
      if (target.scores().partitions().of(weight.name()).isPresent()) {
        target.scores().addToTensor(weight.name(), sum(ofRows));
      }
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** Takes in rows of a weight's gradient; the sums of their scores go to {@code totals}. */
  private void addRows(
      Target target, Weight weight, int firstRow, States gradient, double[] totals) {
    String tensor = weight.name();
    if (target.scores().partitions().of(tensor).isEmpty()) {
      return;
    }
    Weight delta = target.model().delta(tensor).orElseThrow();
    int width = gradient.width();
    engine.overRows(
        gradient.rows(),
        width,
        (scratch, from, to) -> {
          float[] scores = scratch.spare(0, width);
          for (int row = from; row < to; row++) {
            long first = weight.firstElement() + (long) (firstRow + row) * width;
            scratch.read(delta, first, width, scores, 0);
            totals[firstRow + row] = score(scores, gradient.data(), gradient.at(row), width);
            target.scores().add(tensor, first, scores, width, factor);
          }
        });
  }

  /** Turns deltas into scores, and returns their sum in float64 and ascending order. */
  private static double score(float[] delta, float[] gradient, int at, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      delta[i] = -gradient[at + i] * delta[i];
      sum += delta[i];
    }
    return sum;
  }

  @Override
  public void shift(Weight weight, States dy, int[] starts) {
    ParameterGradient.checkOneExample(starts);
    addVector(weight, ParameterGradient.ofShift(dy, starts, engine));
  }

  @Override
  public void scale(Weight weight, States x, States dy, int[] starts) {
    ParameterGradient.checkOneExample(starts);
    addVector(weight, ParameterGradient.ofScale(x, dy, starts, engine));
  }

  private void addVector(Weight weight, double[] gradient) {
    forEach(weight, (scores, delta) -> addLine(scores, delta, 0, gradient));
  }

  @Override
  public void lookup(Weight weight, int[] indexes, States dy, int[] starts) {
    ParameterGradient.checkOneExample(starts);
    // Ascending, so that the sum over the tensor has a fixed order.
    SortedMap<Integer, double[]> gradients = ParameterGradient.ofLookup(indexes, dy);
    forEach(
        weight,
        (scores, delta) ->
            gradients.forEach(
                (index, gradient) -> addLine(scores, delta, (long) index * dy.width(), gradient)));
  }

  private void addLine(ElementTable scores, Weight delta, long from, double[] gradient) {
    int count = gradient.length;
    float[] line = new float[count];
    engine.workers().run(1, (scratch, _) -> scratch.read(delta, from, count, line, 0));
    double sum = 0;
    for (int i = 0; i < count; i++) {
      line[i] = (float) (-gradient[i] * line[i]);
      sum += line[i];
    }
    scores.add(delta.name(), from, line, count, factor);
    scores.addToTensor(delta.name(), sum);
  }
}
