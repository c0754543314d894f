package dev.amalgam.core.weight;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Kernels;
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

  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

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

  /**
   * Returns all elements of a tensor in row-major order as float32. A larger tensor than an array
   * can hold is read by range, see {@link Weight#read}.
   *
   * @throws CheckpointException if there is no such tensor, it cannot be read, its elements are no
   *     floating-point numbers, or there are more of them than an array can hold
   */
  public float[] read(String tensor) {
    Weight weight =
        find(tensor)
            .orElseThrow(
                () -> new CheckpointException(quote(name()) + " has no tensor " + quote(tensor)));
    long elements = weight.shape().elements();
    if (elements > LONGEST_ARRAY) {
      throw new CheckpointException(
          "%s: tensor %s has %d elements, more than an array can hold; read it by range"
              .formatted(quote(name()), quote(tensor), elements));
    }
    float[] values = new float[(int) elements];
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      weight.read(0, values.length, values, 0, buffer);
    }
    return values;
  }
}
