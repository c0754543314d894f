package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model that is to be written.
 *
 * @param tensors its tensors in the model's order, as they arrive at the sink
 * @param companions returns the contents of a small file of the model, {@code config.json} or
 *     {@code tokenizer.json} say, as they are beside tensors in safetensors; nothing where the
 *     model has no such file
 */
public record OutputModel(List<TensorInfo> tensors, Function<String, Optional<byte[]>> companions) {

  /** Copies the list. */
  public OutputModel {
    tensors = List.copyOf(tensors);
  }

  /** Returns the contents of a small file, if the model has it; they are made anew each time. */
  public Optional<byte[]> companion(String fileName) {
    return companions.apply(fileName);
  }
}
