package dev.amalgam.core.name;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A checkpoint whose tensors have other names. Closing it closes nothing. */
public final class RenamedCheckpoint implements Checkpoint {

  private final Checkpoint stored;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, TensorInfo> own = new LinkedHashMap<>();

  /**
   * Creates the view.
   *
   * @param stored the checkpoint by its own names
   * @param names the new name of every tensor, all different
   */
  RenamedCheckpoint(Checkpoint stored, Map<String, String> names) {
    this.stored = stored;
    for (TensorInfo tensor : stored.tensors()) {
      String name = names.get(tensor.name());
      tensors.put(name, new TensorInfo(name, tensor.dtype(), tensor.shape()));
      own.put(name, tensor);
    }
  }

  /** Returns the checkpoint by its own names. */
  public Checkpoint stored() {
    return stored;
  }

  /** Returns the tensor as the checkpoint itself has it. */
  public TensorInfo own(String tensor) {
    TensorInfo found = own.get(tensor);
    if (found == null) {
      throw new CheckpointException("%s has no tensor %s".formatted(quote(name()), quote(tensor)));
    }
    return found;
  }

  /** Returns what changed; the first tensor, in the checkpoint's order, stands for all. */
  public Renaming renaming() {
    List<Map.Entry<String, TensorInfo>> changed =
        own.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(entry.getValue().name()))
            .toList();
    return new Renaming(
        name(), changed.getFirst().getValue().name(), changed.getFirst().getKey(), changed.size());
  }

  @Override
  public String name() {
    return stored.name();
  }

  @Override
  public List<TensorInfo> tensors() {
    return List.copyOf(tensors.values());
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  @Override
  public DType usualType(TensorInfo tensor) {
    return stored.usualType(own(tensor.name()));
  }

  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    stored.read(own(tensor).name(), offset, into);
  }

  @Override
  public void close() {}
}
