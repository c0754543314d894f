package dev.amalgam.io.file;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Files that a model may have. One that is there and no file is an error, not a file that is
 * missing; and to open a pipe could take forever.
 */
public final class RegularFile {

  private static final long MEBIBYTE = 1L << 20;

  private RegularFile() {}

  /**
   * Returns whether there is a file of this name.
   *
   * @throws CheckpointException if there is something else: a link to nothing, a folder, a pipe, a
   *     device
   */
  public static boolean isThere(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      check(file);
      return true;
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  /**
   * Checks that what is there, if anything, is a file.
   *
   * @throws IOException if it is a folder, a pipe or a device
   */
  public static void check(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "it is a folder, not a file");
    }
    if (!Files.isRegularFile(file) && Files.exists(file)) {
      throw new FileSystemException(
          file.toString(), null, "it is no file but a pipe, a socket or a device");
    }
    if (!Files.exists(file) && Files.isSymbolicLink(file)) {
      throw new FileSystemException(
          file.toString(), null, "it is a link to a file that does not exist");
    }
  }

  /**
   * Checks that a file is not larger than files of its kind are.
   *
   * @throws CheckpointException if it is
   */
  public static void checkSize(Path file, long mostBytes) {
    try {
      long size = Files.size(file);
      if (size > mostBytes) {
        throw new CheckpointException(
            "%s has %d MiB, and such a file never has more than %d; remove it, or download it again"
                .formatted(
                    quote(file.toString()), Math.ceilDiv(size, MEBIBYTE), mostBytes / MEBIBYTE));
      }
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }
}
