package dev.amalgam.core.evidence;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Shape;
import java.util.SequencedMap;

/**
 * The diagonal of the empirical Fisher information matrix: for each parameter the mean over
 * examples of the square of the gradient of the example's loss (Matena and Raffel, "Merging Models
 * with Fisher-Weighted Averaging", NeurIPS 2022, arXiv 2111.09832, equation 4, with labels as they
 * are given instead of drawn from the model). The loss of a text is the mean over its predicted
 * tokens. A table has its tensor's name and shape.
 */
public record FisherDiagonal() implements Statistic {

  @Override
  public String name() {
    return "fisher-diagonal";
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
        (gradient, count) -> Elementwise.multiply(gradient, gradient, count));
  }
}
