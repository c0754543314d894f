package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** A checkpoint that is read from files. */
public interface StoredCheckpoint extends Checkpoint {

  /** Returns the files that say what its tensors hold. */
  List<Path> files();

  /** Returns the index, if the model is sharded. */
  Optional<Path> indexFile();

  /** Returns the metadata of the first safetensors file; the shards of one model repeat it. */
  SortedMap<String, String> metadata();

  /**
   * Returns an estimate of the bytes of heap that reading takes besides the memory that is read
   * into: none, but of tensors that are worked out.
   *
   * @param threads how many read at once
   */
  default long estimatedMemory(int threads) {
    return 0;
  }
}
