package dev.amalgam.job.output;

import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much can be written where. */
public final class FreeSpace {

  private FreeSpace() {}

  /** Returns the free bytes on the disk that a file or folder, existing or not, would be on. */
  public static long at(Path path) {
    Path existing = existing(path.toAbsolutePath());
    try {
      return Files.getFileStore(existing).getUsableSpace();
    } catch (IOException e) {
      throw FileProblems.unreadable(existing, e);
    }
  }

  /** Returns the nearest of an absolute path and the folders above it that exists. */
  static Path existing(Path absolute) {
    Path existing = absolute;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing;
  }
}
