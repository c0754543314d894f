package dev.amalgam.core.evidence;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Shape;
import java.util.SequencedMap;

/**
 * For each parameter the mean over examples of the magnitude of the gradient of the example's loss,
 * at the base: times a change of the parameter it is the size of the first-order effect of that
 * change. A table has its tensor's name and shape.
 */
public record GradientMagnitude() implements Statistic {

  @Override
  public String name() {
    return "gradient-magnitude";
  }

  @Override
  public float at() {
    return 0;
  }

  @Override
  public int passes() {
    return 2;
  }

  @Override
  public SequencedMap<String, Shape> tables(Model model) {
    return ElementGradients.tables(model);
  }

  @Override
  public boolean takesSingleExamples() {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the batch holds more than one example
   */
  @Override
  public void gather(ModelRunner runner, Batch batch, long room, Sums into) {
    ElementGradients.gather(
        runner,
        batch,
        room,
        into,
        (gradient, count) -> {
          for (int i = 0; i < count; i++) {
            gradient[i] = Math.abs(gradient[i]);
          }
        });
  }
}
