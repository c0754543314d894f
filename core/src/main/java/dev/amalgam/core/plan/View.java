package dev.amalgam.core.plan;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of a checkpoint that take part in a merge, under the names of the output's tensors.
 *
 * @param checkpoint the checkpoint
 * @param shift how its layers are numbered anew; nothing where tensors keep their names
 * @param tensors its tensors by the names of the output's
 */
record View(Checkpoint checkpoint, Optional<LayerShift> shift, Map<String, TensorInfo> tensors) {

  /** Returns the view of a whole checkpoint, in which every tensor has its own name. */
  static View whole(Checkpoint checkpoint) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    checkpoint.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    return new View(checkpoint, Optional.empty(), tensors);
  }

  /** Returns what messages call the checkpoint. */
  String name() {
    return checkpoint.name();
  }

  /** Returns the names of the output's tensors that the checkpoint contributes to. */
  Collection<String> names() {
    return tensors.keySet();
  }

  /** Returns what the checkpoint contributes to a tensor of the output. */
  Optional<TensorSource> find(String output) {
    return Optional.ofNullable(tensors.get(output))
        .map(tensor -> new TensorSource(checkpoint, tensor));
  }

  /** Returns the checkpoint's name for a tensor of the output, be it there or not. */
  String nameOf(String output) {
    return shift.map(layers -> layers.sourceName(output)).orElse(output);
  }
}
