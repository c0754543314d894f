package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds the tensors of a model, or of a part of it whose tensors' names all start with the same
 * prefix. It checks their shapes, and remembers which it found: one that no layer uses might belong
 * to the model after all. Not for several threads.
 */
public final class ModelWeights {

  private final Weights weights;
  private final String prefix;
  private final Set<String> found;

  private ModelWeights(Weights weights, String prefix, Set<String> found) {
    this.weights = weights;
    this.prefix = prefix;
    this.found = found;
  }

  /**
   * Returns the tensors of a model inside its head.
   *
   * @param prefix what their names start with where a head surrounds the model, as {@code
   *     "model."}; tensors without it are taken where the probe has none
   * @param probe a tensor that the model has in any case, without the prefix
   */
  public static ModelWeights inside(Weights weights, String prefix, String probe) {
    boolean bare =
        weights.find(prefix + probe).isEmpty()
            && (weights.find(probe).isPresent()
                || weights.names().stream().noneMatch(name -> name.startsWith(prefix)));
    return new ModelWeights(weights, bare ? "" : prefix, new HashSet<>());
  }

  /** Returns the tensors of a part of these, whose names start with this behind the prefix. */
  public ModelWeights under(String name) {
    return new ModelWeights(weights, prefix + name, found);
  }

  /** Returns all tensors of the model, by their full names: those of the head, for instance. */
  public ModelWeights whole() {
    return new ModelWeights(weights, "", found);
  }

  /**
   * Returns the weight of this name, behind the prefix.
   *
   * @param shape the shape that the config makes it
   * @throws ModelException if there is none, or it is of another shape
   */
  public Weight find(String name, long... shape) {
    String full = prefix + name;
    Weight weight =
        weights
            .find(full)
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s has no tensor %s, which its config makes part of the model"
                            .formatted(quote(weights.name()), quote(full))));
    if (!weight.shape().equals(Shape.of(shape))) {
      throw new ModelException(
          "%s: tensor %s has shape %s, but the config makes it %s"
              .formatted(quote(weights.name()), quote(full), weight.shape(), Shape.of(shape)));
    }
    found.add(full);
    return weight;
  }

  /**
   * Returns the weight of one of two names for the same tensor, the one by which the model computes
   * where both are stored and differ, as transformers 5 has it: a config may say of two tensors
   * that they are one, and be wrong.
   *
   * @param used the name by which the model computes, behind the prefix
   * @param usual the name of the tensor where it is stored once, behind the prefix
   * @param shape the shape that the config makes it
   * @throws ModelException if there is neither, or it is of another shape
   */
  public Weight findEither(String used, String usual, long... shape) {
    boolean apart = has(used) && !weights.holdsSame(prefix + used, prefix + usual);
    return find(apart ? used : usual, shape);
  }

  /**
   * Returns the weight of a head that is the embedding by the config: the stored one, where one is
   * stored that differs from the embedding, as in transformers 5, else the embedding.
   *
   * @param head the full name of the head's tensor
   * @param embedding the name of the embedding's, behind the prefix
   * @param table the embedding
   * @throws ModelException if the stored one is of another shape than the embedding
   */
  public Weight findTied(String head, String embedding, Weight table) {
    boolean apart =
        !head.equals(table.name())
            && weights.find(head).isPresent()
            && !weights.holdsSame(head, prefix + embedding);
    return apart ? whole().find(head, table.shape().toArray()) : table;
  }

  /** Returns whether there is a tensor of this name, behind the prefix. */
  public boolean has(String name) {
    return weights.find(prefix + name).isPresent();
  }

  /** Returns whether there is any tensor whose name, behind the prefix, starts so. */
  public boolean hasAny(String start) {
    return weights.names().stream().anyMatch(name -> name.startsWith(prefix + start));
  }

  /**
   * Checks that every tensor under the prefix was found.
   *
   * @param buffers ends of names that are no parameters
   * @throws ModelException naming one that was not
   */
  public void checkAllFound(Collection<String> buffers) {
    for (String name : weights.names()) {
      if (name.startsWith(prefix)
          && !found.contains(name)
          && buffers.stream().noneMatch(name::endsWith)) {
        throw new ModelException(
            "%s has the tensor %s, which by its config is no part of the model; the config is another model's, or the model is not supported"
                .formatted(quote(weights.name()), quote(name)));
      }
    }
  }
}
