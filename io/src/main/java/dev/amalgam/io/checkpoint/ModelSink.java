package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.CheckpointSink;
import java.util.List;

/**
 * Writes the files of a model into a folder. Nothing is renamed or deleted: the folder is its
 * owner's, who throws it away if {@link #finish} was not reached.
 */
public interface ModelSink extends CheckpointSink, AutoCloseable {

  /**
   * Returns every file that was written, with its size and hash. Everything is on the disk then,
   * the folder's own entries included.
   *
   * @throws IllegalStateException if a tensor was not completed
   * @throws CheckpointException if something could not be written
   */
  List<WrittenFile> finish();

  /** Closes the files, complete or not. */
  @Override
  void close();
}
