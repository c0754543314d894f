package dev.amalgam.core.model;

import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.LayerNorm;
import dev.amalgam.core.layer.RmsNorm;
import java.util.Optional;

/** Which normalisation the blocks of a family have. */
public sealed interface NormForm {

  /**
   * Root mean square normalisation (arXiv 1910.07467).
   *
   * @param epsilon keeps the root from zero
   * @param offset what is added to each weight
   */
  record Rms(double epsilon, double offset) implements NormForm {
    @Override
    public RmsNorm make(String name, int width, ModelWeights weights) {
      return new RmsNorm(weights.find(name + ".weight", width), (float) offset, (float) epsilon);
    }
  }

  /**
   * Layer normalisation (arXiv 1607.06450).
   *
   * @param epsilon keeps the root from zero
   * @param bias whether it has a bias
   */
  record MeanAndVariance(double epsilon, boolean bias) implements NormForm {
    @Override
    public LayerNorm make(String name, int width, ModelWeights weights) {
      return new LayerNorm(
          weights.find(name + ".weight", width),
          bias ? Optional.of(weights.find(name + ".bias", width)) : Optional.empty(),
          (float) epsilon);
    }
  }

  /**
   * Layer normalisation without weights.
   *
   * @param epsilon keeps the root from zero
   */
  record MeanAndVarianceAlone(double epsilon) implements NormForm {
    @Override
    public LayerNorm make(String name, int width, ModelWeights weights) {
      return new LayerNorm(Optional.empty(), Optional.empty(), (float) epsilon);
    }
  }

  /** Returns RMSNorm, as in Llama. */
  static Rms rms(double epsilon) {
    return new Rms(epsilon, 0);
  }

  /** Returns RMSNorm whose weights are stored as differences from 1, as in Gemma. */
  static Rms rmsAroundOne(double epsilon) {
    return new Rms(epsilon, 1);
  }

  /** Returns LayerNorm, as in GPT-2 and BERT. */
  static MeanAndVariance layerNorm(double epsilon) {
    return new MeanAndVariance(epsilon, true);
  }

  /** Returns LayerNorm without bias, as in Cohere's Command R. */
  static MeanAndVariance layerNormWithoutBias(double epsilon) {
    return new MeanAndVariance(epsilon, false);
  }

  /** Returns LayerNorm without weight and bias, as in OLMo. */
  static MeanAndVarianceAlone layerNormAlone(double epsilon) {
    return new MeanAndVarianceAlone(epsilon);
  }

  /**
   * Returns the layer.
   *
   * @param name what its tensors' names, {@code name.weight} and {@code name.bias}, start with
   * @param width of what is normalised
   * @throws dev.amalgam.core.layer.ModelException if a tensor is missing or of another shape
   */
  Layer make(String name, int width, ModelWeights weights);
}
