package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.ExampleLoss;
import dev.amalgam.core.importance.ParameterGradient;
import dev.amalgam.core.importance.TeacherDistance;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A statistic of each parameter's gradient, reduced entry by entry and summed over examples. The
 * loss of a text is the mean over its predicted tokens. A table has its tensor's name and shape.
 *
 * <p>Gradients of a layer's parameters are reduced as they are made, a stripe at a time. Those of
 * the head's, which may be shown in parts, a tied embedding's among them, are held for the time of
 * an example.
 */
interface ElementStatistic extends Statistic {

  /** Puts what is summed of a gradient in the place of its first entries. */
  void reduce(float[] gradient, int count);

  /** Returns who says what is right of examples without labels. */
  default Optional<Model> teacher() {
    return Optional.empty();
  }

  @Override
  default int passes() {
    return teacher().isPresent() ? 3 : 2;
  }

  @Override
  default boolean takesSingleExamples() {
    return true;
  }

  @Override
  default SequencedMap<String, Shape> tables(Model model) {
    SequencedMap<String, Shape> tables = new LinkedHashMap<>();
    for (ModelParameter parameter : model.parameters()) {
      tables.put(parameter.name(), parameter.weight().shape());
    }
    return tables;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the batch holds more than one example
   */
  @Override
  default void gather(ModelRunner runner, Batch batch, long room, Sums into) {
    ParameterGradient.checkOneExample(batch.starts());
    Engine engine = runner.engine();
    try (Arena arena = Arena.ofShared()) {
      Sums parts = new Sums(ElementGradients.ofHead(runner.model()), arena);
      ExampleLoss loss =
          teacher()
              .<ExampleLoss>map(model -> new TeacherDistance(runner.of(model), arena))
              .orElse(ExampleLoss.CROSS_ENTROPY);
      loss.gradients(runner, batch, room, new ElementGradients(into, parts, this, engine));
      ElementGradients.addReduced(parts, into, this, engine);
    }
    into.shapes().keySet().forEach(table -> into.count(table, 1));
  }
}
