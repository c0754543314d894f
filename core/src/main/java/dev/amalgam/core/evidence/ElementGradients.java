package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.ParameterGradient;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.layer.ParameterVisitor;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.Weight;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Sums over examples of something of each parameter's gradient. The loss of a text is the mean over
 * its predicted tokens. A table has its tensor's name and shape.
 *
 * <p>Gradients of a layer's parameters are reduced as they are made, a stripe at a time. Those of
 * the head's, which may be shown in parts, a tied embedding's among them, are held for the time of
 * an example.
 */
final class ElementGradients {

  private static final int CHUNK = 1 << 16;

  /** What is summed of gradients. */
  interface Reduction {
    /** Puts it in the place of the first entries. */
    void apply(float[] gradient, int count);
  }

  private ElementGradients() {}

  /** Returns the tables: one for each parameter of a model. */
  static SequencedMap<String, Shape> tables(Model model) {
    SequencedMap<String, Shape> tables = new LinkedHashMap<>();
    for (ModelParameter parameter : model.parameters()) {
      tables.put(parameter.name(), parameter.weight().shape());
    }
    return tables;
  }

  /**
   * Adds what an example contributes.
   *
   * @throws IllegalArgumentException if the batch holds more than one example
   */
  static void gather(ModelRunner runner, Batch batch, long room, Sums into, Reduction reduction) {
    ParameterGradient.checkOneExample(batch.starts());
    Engine engine = runner.engine();
    try (Arena arena = Arena.ofShared()) {
      Sums parts = new Sums(ofHead(runner.model()), arena);
      runner.gradients(
          batch, LossScale.MEAN_OF_EACH_EXAMPLE, room, new Visitor(into, parts, reduction, engine));
      addReduced(parts, into, reduction, engine);
    }
    into.shapes().keySet().forEach(table -> into.count(table, 1));
  }

  private static SequencedMap<String, Shape> ofHead(Model model) {
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    ParameterVisitor visitor = (weight, _, _) -> shapes.put(weight.name(), weight.shape());
    model.head().transform().parameters(ParameterVisitor.Module.MLP, visitor);
    model.head().map().ifPresent(map -> map.parameters(ParameterVisitor.Module.MLP, visitor));
    return shapes;
  }

  private static void addReduced(Sums gradients, Sums into, Reduction reduction, Engine engine) {
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
                        reduction.apply(gradient, count);
                        into.add(table, from, gradient, 0, count);
                      });
            });
  }

  /**
   * Reduces what a backward pass of one example shows.
   *
   * @param into where reduced gradients are added
   * @param parts where gradients are added that may come in parts
   */
  private record Visitor(Sums into, Sums parts, Reduction reduction, Engine engine)
      implements GradientVisitor {

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
                      add(weight, (long) (first + row) * rows.width(), gradient, rows.width());
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
        reduction.apply(gradient, count);
        into.add(weight.name(), from, gradient, 0, count);
      }
    }
  }
}
