package dev.amalgam.io.lora;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.adapter.LowRankDeltas;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.StoredWeight;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A model with a low-rank adapter, applied while it is read. An adapted tensor is {@code W + scale
 * · B·A} (Hu et al., arXiv 2106.09685, equation 3) and declared F32, so that whoever reads it
 * rounds it once; other tensors are read as they are stored.
 */
public final class AdaptedCheckpoint implements StoredCheckpoint {

  private record Source(Checkpoint checkpoint, TensorInfo tensor) {}

  private final StoredCheckpoint base;
  private final Adapter adapter;
  private final Map<String, TensorInfo> whole;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final LowRankDeltas deltas;

  private AdaptedCheckpoint(StoredCheckpoint base, Adapter adapter) {
    this.base = base;
    this.adapter = adapter;
    AdapterChanges changes = adapter.changes(base);
    this.whole = changes.whole();
    this.deltas = new LowRankDeltas(changes.deltas());
    base.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    whole.forEach(
        (name, stored) -> tensors.put(name, new TensorInfo(name, stored.dtype(), stored.shape())));
    for (String name : deltas.tensors()) {
      tensors.put(name, new TensorInfo(name, DType.F32, tensors.get(name).shape()));
    }
  }

  /**
   * Returns a model with an adapter.
   *
   * @param base the model without it; closed with the returned one, but not if this fails
   * @param folder the adapter: {@code adapter_config.json} and {@code adapter_model.safetensors}
   * @throws CheckpointException if the adapter is malformed, of a kind that is not supported, or
   *     not for this model
   */
  public static AdaptedCheckpoint open(StoredCheckpoint base, Path folder) {
    Adapter adapter = Adapter.open(folder);
    try {
      return new AdaptedCheckpoint(base, adapter);
    } catch (RuntimeException | Error e) {
      adapter.close();
      throw e;
    }
  }

  /** Returns the base's files, then the adapter's. */
  @Override
  public List<Path> files() {
    List<Path> files = new ArrayList<>(base.files());
    files.addAll(adapter.files());
    return List.copyOf(files);
  }

  @Override
  public Optional<Path> indexFile() {
    return base.indexFile();
  }

  @Override
  public SortedMap<String, String> metadata() {
    return base.metadata();
  }

  @Override
  public String name() {
    return base.name() + "+" + adapter.folder();
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
    Source source = source(tensor.name());
    return deltas.tensors().contains(tensor.name())
        ? tensor.dtype()
        : source.checkpoint().usualType(source.tensor());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if part of an element of an adapted tensor is asked for
   */
  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    Source source = source(tensor);
    if (!deltas.tensors().contains(tensor)) {
      source.checkpoint().read(source.tensor().name(), offset, into);
      return;
    }
    Objects.checkFromIndexSize(offset, into.byteSize(), tensors.get(tensor).bytes());
    if (offset % Float.BYTES != 0 || into.byteSize() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "%d bytes from byte %d on are not whole elements of float32"
              .formatted(into.byteSize(), offset));
    }
    deltas.read(
        tensor, new StoredWeight(source.checkpoint(), source.tensor()), offset / Float.BYTES, into);
  }

  @Override
  public long estimatedMemory(int threads) {
    return base.estimatedMemory(threads) + deltas.estimatedMemory(threads);
  }

  /** Returns where a tensor is stored, the adapter's delta not counted. */
  private Source source(String tensor) {
    TensorInfo own = whole.get(tensor);
    if (own != null) {
      return new Source(adapter.tensors(), own);
    }
    return new Source(
        base,
        base.find(tensor)
            .orElseThrow(
                () -> new CheckpointException(quote(name()) + " has no tensor " + quote(tensor))));
  }

  @Override
  public void close() {
    deltas.close();
    adapter.close();
    base.close();
  }
}
