package dev.amalgam.io.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What files hold, byte by byte. */
public final class FileBytes {

  private FileBytes() {}

  /**
   * Returns whether two files hold the same bytes.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if one cannot be read
   */
  public static boolean areEqual(Path file, Path other) {
    try {
      return Files.mismatch(file, other) < 0;
    } catch (IOException e) {
      boolean ofOther =
          e instanceof FileSystemException system && other.toString().equals(system.getFile());
      throw FileProblems.unreadable(ofOther ? other : file, e);
    }
  }
}
