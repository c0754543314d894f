package dev.amalgam.io.job;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much can be written where. */
final class FreeSpace {

  private FreeSpace() {}

  /** Returns the free bytes on the disk that a file or folder, existing or not, would be on. */
  static long at(Path path) {
    Path existing = path.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      return Files.getFileStore(existing).getUsableSpace();
    } catch (IOException e) {
      throw new CheckpointException(existing + ": its free space cannot be told: " + e, e);
    }
  }
}
