package dev.amalgam.core.weight;

import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of one checkpoint, read once and kept as they are stored, in native memory: for
 * generation, which needs all of them for every token.
 */
public final class ResidentWeights implements Weights, AutoCloseable {

  private static final long PIECE = 16 << 20;

  private final CheckpointWeights stored;
  private final Arena arena = Arena.ofShared();
  private final Map<String, ResidentWeight> resident = new LinkedHashMap<>();

  private record Piece(ResidentWeight weight, long offset) {}

  private ResidentWeights(Checkpoint checkpoint) {
    this.stored = new CheckpointWeights(checkpoint);
  }

  /**
   * Returns the weights of a checkpoint, all read.
   *
   * @param workers those who read
   * @throws dev.amalgam.core.tensor.CheckpointException if the checkpoint cannot be read
   * @throws OutOfMemoryError if there is not enough native memory
   */
  public static ResidentWeights of(Checkpoint checkpoint, Workers<?> workers) {
    ResidentWeights weights = new ResidentWeights(checkpoint);
    try {
      weights.load(checkpoint, workers);
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private void load(Checkpoint checkpoint, Workers<?> workers) {
    List<Piece> pieces = new ArrayList<>();
    for (TensorInfo tensor : checkpoint.tensors()) {
      if (!tensor.dtype().isArithmetic()) {
        // Asking for it is an error; a buffer that nobody asks for does no harm.
        continue;
      }
      MemorySegment bytes = arena.allocate(tensor.bytes(), 64);
      ResidentWeight weight = new ResidentWeight(tensor, bytes);
      resident.put(tensor.name(), weight);
      for (long offset = 0; offset < bytes.byteSize(); offset += PIECE) {
        pieces.add(new Piece(weight, offset));
      }
    }
    workers.run(
        pieces.size(),
        (_, index) -> {
          Piece piece = pieces.get(index);
          MemorySegment bytes = piece.weight().bytes();
          long length = Math.min(PIECE, bytes.byteSize() - piece.offset());
          checkpoint.read(
              piece.weight().name(), piece.offset(), bytes.asSlice(piece.offset(), length));
        });
  }

  @Override
  public String name() {
    return stored.name();
  }

  @Override
  public Collection<String> names() {
    return stored.names();
  }

  @Override
  public Optional<Weight> find(String tensor) {
    ResidentWeight weight = resident.get(tensor);
    return weight != null ? Optional.of(weight) : stored.find(tensor);
  }

  /** Frees the memory; the weights must not be read any more. */
  @Override
  public void close() {
    arena.close();
  }
}
