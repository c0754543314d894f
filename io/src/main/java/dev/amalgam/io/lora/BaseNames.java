package dev.amalgam.io.lora;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the tensors that an adapter names in a base. A base may be stored with or without the
 * prefix that a model with a head puts in front of its names: {@code transformer.h.0…} or {@code
 * h.0…}.
 */
final class BaseNames {

  private final Checkpoint base;
  private final Set<String> prefixes = new TreeSet<>();

  BaseNames(Checkpoint base) {
    this.base = base;
    for (TensorInfo tensor : base.tensors()) {
      int dot = tensor.name().indexOf('.');
      if (dot > 0) {
        prefixes.add(tensor.name().substring(0, dot + 1));
      }
    }
  }

  /** Returns the base's tensor for a name in the adapter, if there is exactly one. */
  Optional<TensorInfo> find(String name) {
    return base.find(name)
        .or(() -> base.find(name.substring(name.indexOf('.') + 1)))
        .or(() -> prefixed(name));
  }

  private Optional<TensorInfo> prefixed(String name) {
    List<TensorInfo> found =
        prefixes.stream().flatMap(prefix -> base.find(prefix + name).stream()).limit(2).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }
}
