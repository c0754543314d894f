package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.LayerNorm;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.RmsNorm;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the tensors of a model, checks their shapes, and remembers which it found: one that no
 * layer uses might belong to the model after all.
 */
final class ModelWeights {

  private final Weights weights;
  private final String prefix;
  private final Set<String> found = new HashSet<>();

  /**
   * Creates the finder.
   *
   * @param prefix what the names of the model's inner tensors start with where a head surrounds it,
   *     as {@code "model."}; tensors without it are found too, if the checkpoint has none with it
   * @param probe a tensor that the model has in any case, without the prefix
   */
  ModelWeights(Weights weights, String prefix, String probe) {
    this.weights = weights;
    this.prefix =
        weights.find(prefix + probe).isEmpty() && weights.find(probe).isPresent() ? "" : prefix;
  }

  /** Returns what inner names start with. */
  String prefix() {
    return prefix;
  }

  /** Returns the weight of this inner name and shape. */
  Weight inner(String name, long... shape) {
    return outer(prefix + name, shape);
  }

  /** Returns the weight of this full name and shape. */
  Weight outer(String name, long... shape) {
    Weight weight =
        weights
            .find(name)
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s has no tensor %s, which its config makes part of the model"
                            .formatted(quote(weights.name()), quote(name))));
    if (!weight.shape().equals(Shape.of(shape))) {
      throw new ModelException(
          "%s: tensor %s has shape %s, but the config makes it %s"
              .formatted(quote(weights.name()), quote(name), weight.shape(), Shape.of(shape)));
    }
    found.add(name);
    return weight;
  }

  boolean has(String name) {
    return weights.find(name).isPresent();
  }

  /**
   * Returns {@code name.weight} [outputs, inputs], and {@code name.bias} if there should be one.
   */
  Linear linear(String name, int inputs, int outputs, boolean bias) {
    return linearOuter(prefix + name, inputs, outputs, bias);
  }

  /** The same by its full name. */
  Linear linearOuter(String name, int inputs, int outputs, boolean bias) {
    return new Linear(
        outer(name + ".weight", outputs, inputs),
        bias ? Optional.of(outer(name + ".bias", outputs)) : Optional.empty(),
        false);
  }

  /** Returns {@code name.weight} [inputs, outputs] and {@code name.bias}. */
  Linear convolution(String name, int inputs, int outputs) {
    return new Linear(
        inner(name + ".weight", inputs, outputs),
        Optional.of(inner(name + ".bias", outputs)),
        true);
  }

  RmsNorm rmsNorm(String name, int width, double epsilon) {
    return new RmsNorm(inner(name + ".weight", width), (float) epsilon);
  }

  LayerNorm layerNorm(String name, int width, double epsilon) {
    return layerNormOuter(prefix + name, width, epsilon);
  }

  LayerNorm layerNormOuter(String name, int width, double epsilon) {
    return new LayerNorm(
        outer(name + ".weight", width), outer(name + ".bias", width), (float) epsilon);
  }

  /**
   * Checks that every tensor under a name was found.
   *
   * @param inner what inner names start with, as {@code "layers."}
   * @param buffers ends of names that are no parameters
   * @throws ModelException naming one that was not
   */
  void checkAllFound(String inner, String... buffers) {
    for (String name : weights.names()) {
      if (name.startsWith(prefix + inner) && !found.contains(name) && !endsWith(name, buffers)) {
        throw new ModelException(
            "%s has the tensor %s, which by its config is no part of the model; the config is another model's, or the model is not supported"
                .formatted(quote(weights.name()), quote(name)));
      }
    }
  }

  private static boolean endsWith(String name, String[] ends) {
    for (String end : ends) {
      if (name.endsWith(end)) {
        return true;
      }
    }
    return false;
  }
}
