package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.recipe.RecipeException;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * The base and a weighted mean of deltas, {@code b + λ·Σ c·Δ / Σ c}, with a coefficient for every
 * expert and entry; the plain mean of an entry whose coefficients are all zero. Float32, experts in
 * the order of the recipe.
 *
 * @param experts how many experts there are
 * @param lambda λ
 * @param coefficients c, none negative
 * @param unit the number of elements that must not be split between blocks
 */
record WeightedDeltas(int experts, float lambda, Coefficients coefficients, long unit)
    implements TensorMerge {

  /** Says how much an expert counts in each entry. */
  interface Coefficients {

    /** Writes the coefficients of the entries of a block to {@code into[0 .. block.length())}. */
    void read(int expert, Block block, float[] into);
  }

  /**
   * Returns the weights of a task's experts, none negative.
   *
   * @throws RecipeException if all are zero
   */
  static double[] weights(MergeTask task, Parameter<Double> weight) {
    double[] weights = task.experts().stream().mapToDouble(weight::of).toArray();
    if (DoubleStream.of(weights).allMatch(w -> w == 0)) {
      throw new RecipeException("the weights are all zero; give one expert a weight at least");
    }
    return weights;
  }

  /** Returns the mean with one coefficient for each expert, anywhere. */
  static TensorMerge of(double[] coefficients, float lambda) {
    return new WeightedDeltas(
        coefficients.length,
        lambda,
        (expert, block, into) -> Arrays.fill(into, 0, block.length(), (float) coefficients[expert]),
        1);
  }

  @Override
  public void merge(Block block, float[] out) {
    int length = block.length();
    Deltas.take(block, experts);
    float[] coefficient = block.scratch().first();
    float[] sum = block.scratch().second();
    Arrays.fill(out, 0, length, 0);
    Arrays.fill(sum, 0, length, 0);
    for (int expert = 0; expert < experts; expert++) {
      coefficients.read(expert, block, coefficient);
      float[] delta = block.expert(expert);
      for (int i = 0; i < length; i++) {
        out[i] += coefficient[i] * delta[i];
        sum[i] += coefficient[i];
      }
    }
    for (int i = 0; i < length; i++) {
      float mean = sum[i] == 0 ? mean(block, i) : out[i] / sum[i];
      out[i] = block.base()[i] + lambda * mean;
    }
  }

  private float mean(Block block, int i) {
    float sum = 0;
    for (int expert = 0; expert < experts; expert++) {
      sum += block.expert(expert)[i];
    }
    return sum / experts;
  }
}
