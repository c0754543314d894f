package dev.amalgam.core.weight;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weights of one checkpoint, all of them in native memory, as stored. For models that are run
 * again and again: they are read once, and the checkpoint is no longer needed.
 */
public final class ResidentWeights implements Weights, AutoCloseable {

  private static final long CHUNK = 16L << 20;
  private static final int ALIGNMENT = 64;

  private final CheckpointWeights stored;
  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> memory = new ConcurrentHashMap<>();

  private ResidentWeights(Checkpoint checkpoint) {
    this.stored = new CheckpointWeights(checkpoint);
  }

  /**
   * Returns the weights of a checkpoint, read by all workers.
   *
   * @throws CheckpointException if they cannot be read or do not fit into memory
   */
  public static ResidentWeights load(Checkpoint checkpoint, Workers<?> workers) {
    ResidentWeights weights = new ResidentWeights(checkpoint);
    try {
      weights.read(workers);
      return weights;
    } catch (Throwable e) {
      weights.close();
      throw e;
    }
  }

  private record Chunk(TensorInfo tensor, long offset, long length) {}

  private void read(Workers<?> workers) {
    Checkpoint checkpoint = stored.checkpoint();
    List<TensorInfo> tensors =
        checkpoint.tensors().stream().filter(tensor -> tensor.dtype().isArithmetic()).toList();
    List<Chunk> chunks = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      for (long offset = 0; offset < tensor.bytes(); offset += CHUNK) {
        chunks.add(new Chunk(tensor, offset, Math.min(CHUNK, tensor.bytes() - offset)));
      }
    }
    // Allocated by the workers too, because memory is cleared when it is.
    workers.run(tensors.size(), (_, i) -> allocate(tensors.get(i)));
    workers.run(
        chunks.size(),
        (_, i) -> {
          Chunk chunk = chunks.get(i);
          String name = chunk.tensor().name();
          MemorySegment into = memory.get(name).asSlice(chunk.offset(), chunk.length());
          checkpoint.read(name, chunk.offset(), into);
        });
  }

  private void allocate(TensorInfo tensor) {
    try {
      memory.put(tensor.name(), arena.allocate(tensor.bytes(), ALIGNMENT));
    } catch (OutOfMemoryError e) {
      throw new CheckpointException(
          "%s: there is no memory left for the %d bytes of tensor %s; allow more with -XX:MaxDirectMemorySize, or run the model from its files"
              .formatted(quote(name()), tensor.bytes(), quote(tensor.name())));
    }
  }

  @Override
  public String name() {
    return stored.name();
  }

  @Override
  public Collection<String> names() {
    return stored.names();
  }

  /**
   * {@inheritDoc}
   *
   * @throws CheckpointException if its elements are no floating-point numbers
   */
  @Override
  public Optional<Weight> find(String name) {
    return stored
        .find(name)
        .map(weight -> new ResidentWeight(((StoredWeight) weight).tensor(), memory.get(name)));
  }

  /** Frees the memory; weights that were found here must no longer be read. */
  @Override
  public void close() {
    arena.close();
  }
}
