package dev.amalgam.io.file;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that comes into being whole or not at all: it is written under a hidden name beside its
 * own, which it takes when everything is on disk. A run that was killed leaves the hidden file
 * behind; it may be deleted.
 */
public final class PartialFile implements AutoCloseable {

  private final Path target;
  private final Path partial;
  private final Thread removeAtExit = new Thread(this::remove, "amalgam-remove-partial");
  private boolean finished;

  private PartialFile(Path target) {
    this.target = target;
    Path absolute = target.toAbsolutePath();
    this.partial =
        absolute.resolveSibling(
            "."
                + absolute.getFileName()
                + ".amalgam-partial-"
                + ProcessHandle.current().pid()
                + "-"
                + Long.toHexString(System.nanoTime()));
    Runtime.getRuntime().addShutdownHook(removeAtExit);
  }

  /**
   * Returns the place for a new file, of which nothing is there yet.
   *
   * @throws CheckpointException if the file cannot be made, see {@link #check}
   */
  public static PartialFile of(Path target) {
    check(target);
    return new PartialFile(target);
  }

  /**
   * Checks that a file can be made.
   *
   * @throws CheckpointException if it exists, or its folder does not or cannot be written to
   */
  public static void check(Path target) {
    if (target.toString().isBlank() || target.getFileName() == null) {
      throw new CheckpointException(
          quote(target.toString()) + " is no file that could be written; name a new one");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          quote(target.toString()) + " exists already; remove it, or name another file");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new CheckpointException(
          "%s cannot be made, because %s; name another file"
              .formatted(
                  quote(target.toString()),
                  Files.isDirectory(folder)
                      ? "you may not write to " + quote(folder.toString())
                      : quote(folder.toString()) + " is no folder"));
    }
  }

  /** Returns where to write the file; nothing is there yet. */
  public Path path() {
    return partial;
  }

  /**
   * Gives the file its name. It must be on disk already.
   *
   * @throws CheckpointException if there is a file of that name by now, or the move fails
   */
  public void finish() {
    check(target);
    try {
      // In one step: a file that is copied could be seen half-written.
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FileProblems.unwritable(target, e);
    }
    finished = true;
  }

  /** Removes what was written unless it was {@linkplain #finish finished}. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(removeAtExit);
    } catch (IllegalStateException e) {
      return; // The process is ending, and the hook removes the file.
    }
    remove();
  }

  private void remove() {
    if (!finished) {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        // It is hidden and does no harm, and the error that led here matters more.
      }
    }
  }
}
