package dev.amalgam.job.api;

import dev.amalgam.core.tensor.Shape;
import java.util.List;

/**
 * An adapter that was made from a fine-tuned model.
 *
 * @param factored the tensors with low-rank deltas, in the order of the base
 * @param saved the tensors that are stored whole
 * @param leftOut the tensors that differ from the base, and are not in the adapter
 */
public record Extraction(List<Factored> factored, List<String> saved, List<String> leftOut) {

  /** Copies the lists. */
  public Extraction {
    factored = List.copyOf(factored);
    saved = List.copyOf(saved);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * A tensor with a low-rank delta.
   *
   * @param tensor its name in the base
   * @param shape its dimensions
   * @param rank the rank of its delta in the adapter
   * @param squaredNorm the squared Frobenius norm of its whole delta
   * @param energy the share of it that the adapter keeps, before factors are rounded to their type
   */
  public record Factored(String tensor, Shape shape, int rank, double squaredNorm, double energy) {}

  /** Returns the share of the squared norm of all factored deltas that is kept. */
  public double energy() {
    double whole = 0;
    double kept = 0;
    for (Factored tensor : factored) {
      whole += tensor.squaredNorm();
      kept += tensor.squaredNorm() * tensor.energy();
    }
    return kept / whole;
  }
}
