package dev.amalgam.core.plan;

import dev.amalgam.core.block.Draws;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.ParameterValues;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How one tensor of the output comes to be. */
public sealed interface TensorPlan {

  /** Returns the tensor to write. */
  TensorInfo output();

  /** Returns the tensors that are read. */
  List<TensorSource> sources();

  /** Returns the same plan with another type of the output. */
  TensorPlan withType(DType dtype);

  /**
   * A tensor that is copied: byte for byte, or number by number where its element type changes.
   *
   * @param output the tensor to write, of the source's shape
   * @param source where its bytes are
   */
  record Copied(TensorInfo output, TensorSource source) implements TensorPlan {

    /** Returns whether the bytes stay as they are. */
    public boolean isExact() {
      return output.dtype() == source.tensor().dtype();
    }

    @Override
    public List<TensorSource> sources() {
      return List.of(source);
    }

    @Override
    public Copied withType(DType dtype) {
      return new Copied(new TensorInfo(output.name(), dtype, output.shape()), source);
    }
  }

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
   * @param heldBytes the most bytes that the merge holds at once for the whole tensor
   */
  record Merged(
      TensorInfo output,
      Optional<TensorSource> base,
      List<TensorSource> experts,
      ParameterValues parameters,
      List<ParameterValues> expertParameters,
      long unit,
      boolean scanned,
      long heldBytes)
      implements TensorPlan {

    /** Copies the lists. */
    public Merged {
      experts = List.copyOf(experts);
      expertParameters = List.copyOf(expertParameters);
    }

    /**
     * Returns the task of merging it.
     *
     * @param draws the random draws of each expert
     */
    public MergeTask task(List<Draws> draws) {
      return new MergeTask(output.name(), output.shape(), parameters, expertParameters, draws);
    }

    @Override
    public List<TensorSource> sources() {
      return Stream.concat(base.stream(), experts.stream()).toList();
    }

    @Override
    public Merged withType(DType dtype) {
      return new Merged(
          new TensorInfo(output.name(), dtype, output.shape()),
          base,
          experts,
          parameters,
          expertParameters,
          unit,
          scanned,
          heldBytes);
    }
  }
}
