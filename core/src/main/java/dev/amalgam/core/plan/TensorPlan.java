package dev.amalgam.core.plan;

import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;

/** How one tensor of the output comes to be. */
public sealed interface TensorPlan {

  /** Returns the tensor to write. */
  TensorInfo output();

  /**
   * A tensor that is copied: byte for byte, or number by number where its element type changes.
   *
   * @param output the tensor to write, of the source's shape
   * @param source where its bytes are
   */
  record Copied(TensorInfo output, TensorSource source) implements TensorPlan {}

  /**
   * A tensor that is merged.
   *
   * @param output the tensor to write
   * @param base the base's tensor, if the method requires a base
   * @param experts the experts' tensors, in recipe order
   * @param parameters the recipe-wide parameters
   * @param expertParameters the parameters of each expert, in recipe order
   * @param unit the number of elements that must not be split between blocks
   * @param scanned whether the merge must see the whole tensor before its first block is merged
   */
  record Merged(
      TensorInfo output,
      Optional<TensorSource> base,
      List<TensorSource> experts,
      ParameterValues parameters,
      List<ParameterValues> expertParameters,
      long unit,
      boolean scanned)
      implements TensorPlan {

    /** Copies the lists. */
    public Merged {
      experts = List.copyOf(experts);
      expertParameters = List.copyOf(expertParameters);
    }
  }
}
