package dev.amalgam.io.checkpoint;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors of a model go into which file.
 *
 * @param shards the files, at least one, in the order in which they are written
 */
record ShardLayout(List<Shard> shards) implements OutputLayout {

  /**
   * One safetensors file.
   *
   * @param fileName its name in the model's folder
   * @param tensors its tensors in the order of their bytes
   */
  record Shard(String fileName, List<TensorInfo> tensors) {

    /**
     * Puts the tensors in the order of their bytes.
     *
     * @throws CheckpointException if they cannot be stored in one file
     */
    Shard {
      tensors = SafetensorsHeader.layout(tensors, Map.of()).tensors();
    }

    /** Returns the length of the tensors' data in bytes. */
    long bytes() {
      return tensors.stream().mapToLong(TensorInfo::bytes).sum();
    }
  }

  /**
   * Copies its list.
   *
   * @throws CheckpointException if two shards have a tensor of the same name
   */
  ShardLayout {
    shards = List.copyOf(shards);
    Set<String> names = new HashSet<>();
    for (Shard shard : shards) {
      for (TensorInfo tensor : shard.tensors()) {
        if (!names.add(tensor.name())) {
          throw new CheckpointException("Tensor " + quote(tensor.name()) + " occurs twice");
        }
      }
    }
  }

  /**
   * Returns the layout that huggingface_hub gives: tensors fill a shard in the model's order until
   * the next would make it longer than {@code maxShardBytes}. A tensor that is longer alone gets a
   * shard of its own, placed before the one that is being filled, which stays open.
   *
   * @param tensors in the model's order
   * @param maxShardBytes the most bytes of data in a shard
   * @throws IllegalArgumentException if {@code maxShardBytes} is not positive
   * @throws CheckpointException if a name occurs twice, is {@code __metadata__} or is not Unicode,
   *     a tensor is no whole number of bytes or longer than 2⁶³−1
   */
  static ShardLayout of(List<TensorInfo> tensors, long maxShardBytes) {
    if (maxShardBytes <= 0) {
      throw new IllegalArgumentException("maxShardBytes: " + maxShardBytes);
    }
    List<List<TensorInfo>> groups = split(tensors, maxShardBytes);
    List<Shard> shards = new ArrayList<>();
    for (List<TensorInfo> group : groups) {
      shards.add(new Shard(fileName(shards.size() + 1, groups.size()), group));
    }
    return new ShardLayout(shards);
  }

  /** Returns whether there are several files, so that the model needs an index. */
  boolean isSharded() {
    return shards.size() > 1;
  }

  @Override
  public List<String> fileNames() {
    return shards.stream().map(Shard::fileName).toList();
  }

  /** Returns all tensors, shard by shard. */
  @Override
  public List<TensorInfo> order() {
    return shards.stream().flatMap(shard -> shard.tensors().stream()).toList();
  }

  @Override
  public long bytes() {
    return shards.stream().mapToLong(Shard::bytes).reduce(0, Math::addExact);
  }

  @Override
  public CheckpointWriter open(Path folder, boolean hashing) {
    return CheckpointWriter.create(folder, this, SafetensorsFormat.METADATA, hashing);
  }

  private static List<List<TensorInfo>> split(List<TensorInfo> tensors, long maxShardBytes) {
    List<List<TensorInfo>> groups = new ArrayList<>();
    List<TensorInfo> open = new ArrayList<>();
    long openBytes = 0;
    for (TensorInfo tensor : tensors) {
      // Not tensor.bytes(): a tensor that cannot be stored shall be named.
      long bytes = SafetensorsHeader.layout(List.of(tensor), Map.of()).dataBytes();
      if (bytes > maxShardBytes) {
        groups.add(List.of(tensor));
        continue;
      }
      if (openBytes > maxShardBytes - bytes) {
        groups.add(open);
        open = new ArrayList<>();
        openBytes = 0;
      }
      open.add(tensor);
      openBytes += bytes;
    }
    if (!open.isEmpty() || groups.isEmpty()) {
      groups.add(open);
    }
    return groups;
  }

  private static String fileName(int number, int count) {
    return count == 1
        ? CheckpointFolder.SINGLE_FILE
        : "model-%05d-of-%05d.safetensors".formatted(number, count);
  }
}
