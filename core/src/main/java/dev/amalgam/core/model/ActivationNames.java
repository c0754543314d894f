package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;

/** The activation functions by the names that configs give them. */
public final class ActivationNames {

  private ActivationNames() {}

  /**
   * Returns the function that a config names, or the one of the name {@code standard}.
   *
   * @throws dev.amalgam.core.layer.ModelException if it is not known
   */
  public static ActivationFunction read(ModelConfig config, String key, String standard) {
    return switch (config.text(key).orElse(standard)) {
      case "silu", "swish" -> ActivationFunction.SILU;
      case "gelu" -> ActivationFunction.GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> ActivationFunction.GELU_TANH;
      case "relu" -> ActivationFunction.RELU;
      case "relu2" -> ActivationFunction.RELU_SQUARED;
      case "tanh" -> ActivationFunction.TANH;
      default ->
          throw config.unsupported(
              key, "silu, gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu, relu2, tanh");
    };
  }
}
