package dev.amalgam.core.evidence;

import dev.amalgam.core.kernel.Elementwise;

/**
 * The diagonal of the empirical Fisher information matrix: for each parameter the mean over
 * examples of the square of the gradient of the example's loss (Matena and Raffel, "Merging Models
 * with Fisher-Weighted Averaging", NeurIPS 2022, arXiv 2111.09832, equation 4, with labels as they
 * are given instead of drawn from the model). The loss of a text is the mean over its predicted
 * tokens. A table has its tensor's name and shape.
 */
public record FisherDiagonal() implements ElementStatistic {

  @Override
  public String name() {
    return "fisher-diagonal";
  }

  @Override
  public void reduce(float[] gradient, int count) {
    Elementwise.multiply(gradient, gradient, count);
  }
}
