package dev.amalgam.core.weight;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.Collection;
import java.util.Optional;

/**
 * The weights of one checkpoint, streamed from it.
 *
 * @param checkpoint where they are stored
 */
public record CheckpointWeights(Checkpoint checkpoint) implements Weights {

  @Override
  public String name() {
    return checkpoint.name();
  }

  @Override
  public Collection<String> names() {
    return checkpoint.tensors().stream().map(TensorInfo::name).toList();
  }

  /**
   * {@inheritDoc}
   *
   * @throws CheckpointException if its elements are no floating-point numbers
   */
  @Override
  public Optional<Weight> find(String name) {
    return checkpoint
        .find(name)
        .map(
            tensor -> {
              if (!tensor.dtype().isArithmetic()) {
                throw new CheckpointException(
                    "%s: tensor %s holds %s, and a model computes with floating-point numbers only; convert it (quantized models cannot be run)"
                        .formatted(quote(checkpoint.name()), quote(name), tensor.dtype()));
              }
              return new StoredWeight(checkpoint, tensor);
            });
  }
}
