package dev.amalgam.core.name;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.Set;

/**
 * Tensors that models store and do not learn: indices, masks, frequencies and counters. PyTorch
 * calls them buffers.
 */
public final class Buffers {

  /** The last parts of their names. */
  private static final Set<String> NAMES =
      Set.of(
          "position_ids",
          "token_type_ids",
          "inv_freq",
          "original_inv_freq",
          "cos_cached",
          "sin_cached",
          "num_batches_tracked",
          "masked_bias",
          "causal_mask",
          "relative_position_index");

  /** Parts in which a {@code bias} of shape [1, 1, n, n] is the causal mask. */
  private static final Set<String> ATTENTIONS = Set.of("attn", "attention");

  private Buffers() {}

  /** Returns whether a tensor is a buffer, by its name and shape. */
  public static boolean isBuffer(TensorInfo tensor) {
    String[] parts = tensor.name().split("\\.", -1);
    String last = parts[parts.length - 1];
    return NAMES.contains(last)
        || (last.equals("bias")
            && parts.length > 1
            && ATTENTIONS.contains(parts[parts.length - 2])
            && isMask(tensor.shape()));
  }

  private static boolean isMask(Shape shape) {
    return shape.rank() == 4
        && shape.dimension(0) == 1
        && shape.dimension(1) == 1
        && shape.dimension(2) == shape.dimension(3);
  }
}
