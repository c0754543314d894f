package dev.amalgam.io.job;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

/**
 * A folder that comes into being whole or not at all. Files are written into a hidden sibling,
 * which takes the folder's name when everything is on disk. A run that was killed leaves the
 * sibling behind; the next run to the same folder removes it.
 */
final class OutputFolder implements AutoCloseable {

  private static final String LOCK = ".lock";

  private final Path target;
  private final Path partial;
  private final FileChannel lockFile;
  private final Thread removeAtExit = new Thread(this::removePartial, "amalgam-remove-partial");
  private boolean finished;

  private OutputFolder(Path target, Path partial, FileChannel lockFile) {
    this.target = target;
    this.partial = partial;
    this.lockFile = lockFile;
    Runtime.getRuntime().addShutdownHook(removeAtExit);
  }

  /**
   * Checks that {@code target} may be written: it does not exist, or is to be replaced and holds a
   * model and nothing that the run needs.
   *
   * @param replace whether an existing folder may be replaced
   * @param needed files and folders that the run reads
   * @return the folder's absolute path
   */
  static Path check(Path target, boolean replace, Collection<Path> needed) {
    Path absolute = target.toAbsolutePath().normalize();
    if (absolute.getFileName() == null) {
      throw new CheckpointException(
          target + ": is no folder that could be written; name a new one");
    }
    if (!Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      return absolute;
    }
    if (!replace) {
      throw new CheckpointException(
          target + ": exists already; name another folder, or replace it with --force");
    }
    Path real = realPath(absolute);
    for (Path path : needed) {
      if (realPath(path).startsWith(real)) {
        throw new CheckpointException(
            target
                + ": cannot be replaced, because this merge reads "
                + path
                + "; name another folder");
      }
    }
    if (!Files.isDirectory(absolute, LinkOption.NOFOLLOW_LINKS) || !holdsModelOrNothing(absolute)) {
      throw new CheckpointException(
          target + ": holds no model, so --force does not replace it; name another folder");
    }
    return absolute;
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean holdsModelOrNothing(Path folder) {
    try (var files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      return names.isEmpty()
          || names.contains(Provenance.FILE)
          || names.stream().anyMatch(name -> name.endsWith(".safetensors"));
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Makes the hidden sibling of a checked target.
   *
   * @param target as {@link #check} returned it
   */
  static OutputFolder create(Path target) {
    Path partial = target.resolveSibling("." + target.getFileName() + ".amalgam-partial");
    FileChannel lockFile = null;
    try {
      Files.createDirectories(partial);
      lockFile =
          FileChannel.open(
              partial.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(lockFile)) {
        throw new CheckpointException(
            target + ": another merge is writing it (" + partial + " is locked); wait for its end");
      }
      removeContents(partial, LOCK);
      return new OutputFolder(target, partial, lockFile);
    } catch (IOException e) {
      closeQuietly(lockFile);
      throw new CheckpointException(target + ": cannot be created: " + e, e);
    } catch (CheckpointException e) {
      closeQuietly(lockFile);
      throw e;
    }
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written through it, and the error that led here matters more.
      }
    }
  }

  /** Returns the folder to write files into. */
  Path path() {
    return partial;
  }

  /** Gives the folder its name. Every file must be on disk already. */
  void finish() {
    Path replaced = target.resolveSibling("." + target.getFileName() + ".amalgam-replaced");
    try {
      Files.delete(partial.resolve(LOCK));
      force(partial);
      boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
      if (exists) {
        removeTree(replaced);
        move(target, replaced);
      }
      try {
        move(partial, target);
      } catch (IOException e) {
        if (exists) {
          move(replaced, target);
        }
        throw e;
      }
      finished = true;
      force(target.getParent());
      removeTree(replaced);
    } catch (IOException e) {
      throw new CheckpointException(
          target + ": the finished merge in " + partial + " cannot be given its name: " + e, e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static void force(Path folder) throws IOException {
    // Folders can be opened, and so flushed, on POSIX systems only.
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Removes what was written unless it was {@linkplain #finish finished}. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(removeAtExit);
    } catch (IllegalStateException e) {
      return; // The process is ending, and the hook removes the folder.
    }
    removePartial();
    closeQuietly(lockFile);
  }

  private void removePartial() {
    if (!finished) {
      try {
        removeTree(partial);
      } catch (IOException e) {
        // The next run to this folder removes the rest.
      }
    }
  }

  private static void removeTree(Path folder) throws IOException {
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      removeContents(folder, "");
    }
    Files.deleteIfExists(folder);
  }

  private static void removeContents(Path folder, String except) throws IOException {
    List<Path> contents;
    try (var files = Files.list(folder)) {
      contents = files.filter(file -> !file.getFileName().toString().equals(except)).toList();
    }
    for (Path file : contents) {
      removeTree(file);
    }
  }
}
