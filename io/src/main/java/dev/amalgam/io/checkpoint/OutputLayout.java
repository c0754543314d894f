package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import java.nio.file.Path;
import java.util.List;

/** The files of a model in an {@link OutputFormat}, before anything is written. */
public interface OutputLayout {

  /** Returns the names of the files with tensors, in the order in which they are written. */
  List<String> fileNames();

  /** Returns all tensors of the model in the order in which the sink wants them completed. */
  List<TensorInfo> order();

  /** Returns the bytes that the tensors take in the files. */
  long bytes();

  /**
   * Returns what writes the files; nothing has been written yet.
   *
   * @param folder exists and has none of the files
   * @param hashing whether to compute the SHA-256 of each file
   * @throws CheckpointException if the folder does not exist, or cannot be written
   */
  ModelSink open(Path folder, boolean hashing);
}
