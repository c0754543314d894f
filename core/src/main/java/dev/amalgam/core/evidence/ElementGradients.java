package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.ParameterGradient;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.ParameterVisitor;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.Weight;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Reduces what a backward pass of one example shows.
 *
 * @param into where reduced gradients are added
 * @param parts where gradients are added that may come in parts
 * @param statistic says how gradients are reduced
 * @param engine the threads
 */
record ElementGradients(Sums into, Sums parts, ElementStatistic statistic, Engine engine)
    implements GradientVisitor {

  private static final int CHUNK = 1 << 16;

  static SequencedMap<String, Shape> ofHead(Model model) {
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    ParameterVisitor visitor = (weight, _, _) -> shapes.put(weight.name(), weight.shape());
    model.head().transform().parameters(ParameterVisitor.Module.MLP, visitor);
    model.head().map().ifPresent(map -> map.parameters(ParameterVisitor.Module.MLP, visitor));
    return shapes;
  }

  static void addReduced(Sums gradients, Sums into, ElementStatistic statistic, Engine engine) {
    gradients
        .shapes()
        .forEach(
            (table, shape) -> {
              gradients.count(table, 1);
              engine
                  .workers()
                  .run(
                      Math.toIntExact(Math.ceilDiv(shape.elements(), CHUNK)),
                      (scratch, piece) -> {
                        long from = (long) piece * CHUNK;
                        int count = (int) Math.min(CHUNK, shape.elements() - from);
                        float[] gradient = scratch.spare(0, count);
                        gradients.mean(table, from, count, gradient, 0);
                        statistic.reduce(gradient, count);
                        into.add(table, from, gradient, 0, count);
                      });
            });
  }

  @Override
  public void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts) {
    ParameterGradient.ofProduct(
        inputsFirst,
        x,
        dy,
        engine,
        (first, rows) ->
            engine.overRows(
                rows.rows(),
                rows.width(),
                (scratch, from, to) -> {
                  float[] gradient = scratch.spare(0, rows.width());
                  for (int row = from; row < to; row++) {
                    System.arraycopy(rows.data(), rows.at(row), gradient, 0, rows.width());
                    add(
                        weight,
                        weight.firstElement() + (long) (first + row) * rows.width(),
                        gradient,
                        rows.width());
                  }
                }));
  }

  @Override
  public void shift(Weight weight, States dy, int[] starts) {
    addLine(weight, 0, ParameterGradient.ofShift(dy, starts, engine));
  }

  @Override
  public void scale(Weight weight, States x, States dy, int[] starts) {
    addLine(weight, 0, ParameterGradient.ofScale(x, dy, starts, engine));
  }

  @Override
  public void lookup(Weight weight, int[] indexes, States dy, int[] starts) {
    ParameterGradient.ofLookup(indexes, dy)
        .forEach((row, gradient) -> addLine(weight, (long) row * dy.width(), gradient));
  }

  private void addLine(Weight weight, long from, double[] gradient) {
    float[] rounded = new float[gradient.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) gradient[i];
    }
    add(weight, from, rounded, rounded.length);
  }

  /** Adds a gradient to the parts, or what it is reduced to to the sums. */
  private void add(Weight weight, long from, float[] gradient, int count) {
    if (parts.shapes().containsKey(weight.name())) {
      parts.add(weight.name(), from, gradient, 0, count);
    } else {
      statistic.reduce(gradient, count);
      into.add(weight.name(), from, gradient, 0, count);
    }
  }
}
