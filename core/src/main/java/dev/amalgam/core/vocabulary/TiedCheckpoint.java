package dev.amalgam.core.vocabulary;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model with each of its tensors under every name that it has in memory: where head and embedding
 * are one, a model stores it once. Closing it closes no model.
 */
public final class TiedCheckpoint implements Checkpoint {

  private final Checkpoint own;
  private final Map<String, TensorInfo> stored = new LinkedHashMap<>();
  private final Map<String, TensorInfo> added = new LinkedHashMap<>();

  /**
   * Creates the view of a model.
   *
   * @param names by each name that the model does not store, the one under which it does
   * @throws IllegalArgumentException if a name is stored, or its tensor is not
   */
  public TiedCheckpoint(Checkpoint own, Map<String, String> names) {
    this.own = own;
    names.forEach(
        (name, other) -> {
          TensorInfo tensor =
              own.find(other)
                  .filter(_ -> own.find(name).isEmpty())
                  .orElseThrow(() -> new IllegalArgumentException(name + " cannot be " + other));
          stored.put(name, tensor);
          added.put(name, new TensorInfo(name, tensor.dtype(), tensor.shape()));
        });
  }

  /** Returns the model. */
  public Checkpoint own() {
    return own;
  }

  /** Returns the name under which the model stores a tensor. */
  public String storedName(String tensor) {
    TensorInfo other = stored.get(tensor);
    return other == null ? tensor : other.name();
  }

  @Override
  public String name() {
    return own.name();
  }

  /** Returns the model's tensors, and behind them those under their other names. */
  @Override
  public List<TensorInfo> tensors() {
    return Stream.concat(own.tensors().stream(), added.values().stream()).toList();
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(added.get(tensor)).or(() -> own.find(tensor));
  }

  @Override
  public DType usualType(TensorInfo tensor) {
    return own.usualType(stored.getOrDefault(tensor.name(), tensor));
  }

  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    own.read(storedName(tensor), offset, into);
  }

  /** Does nothing: the model belongs to whoever opened it. */
  @Override
  public void close() {}
}
