package dev.amalgam.job.output;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder that comes into being whole or not at all. Files are written into a hidden sibling,
 * which takes the folder's name when everything is on disk. A run that was killed leaves the
 * sibling behind; the next run to the same folder removes it.
 */
public final class OutputFolder implements AutoCloseable {

  /** The file in the hidden sibling that the run which fills it holds locked. */
  public static final String LOCK = ".lock";

  private final OutputTarget target;
  private final Path partial;
  private final List<Path> newParents;
  private final FileChannel lockFile;
  private final Thread removeAtExit = new Thread(this::removePartial, "amalgam-remove-partial");
  private boolean finished;

  private OutputFolder(
      OutputTarget target, Path partial, List<Path> newParents, FileChannel lockFile) {
    this.target = target;
    this.partial = partial;
    this.newParents = newParents;
    this.lockFile = lockFile;
    Runtime.getRuntime().addShutdownHook(removeAtExit);
  }

  /** Checks a target and makes its hidden sibling. */
  public static OutputFolder create(OutputTarget target) {
    target.check();
    Path partial = sibling(target, "partial");
    List<Path> newParents = missing(partial.getParent());
    FileChannel lockFile = null;
    try {
      Files.createDirectories(partial);
      lockFile =
          FileChannel.open(
              partial.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(lockFile)) {
        throw new CheckpointException(
            target.path()
                + ": another merge is writing it ("
                + partial
                + " is locked); wait for its end, or name another folder");
      }
      removeContents(partial, LOCK);
      return new OutputFolder(target, partial, newParents, lockFile);
    } catch (IOException e) {
      closeQuietly(lockFile);
      throw FileProblems.unwritable(target.path(), e);
    } catch (CheckpointException e) {
      closeQuietly(lockFile);
      throw e;
    }
  }

  private static Path sibling(OutputTarget target, String what) {
    Path path = target.absolute();
    return path.resolveSibling("." + path.getFileName() + ".amalgam-" + what);
  }

  /** Returns the folders that must be made before {@code folder} is there, it first. */
  private static List<Path> missing(Path folder) {
    List<Path> missing = new ArrayList<>();
    for (Path path = folder; !Files.exists(path); path = path.getParent()) {
      missing.add(path);
    }
    return missing;
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
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
  public Path path() {
    return partial;
  }

  /**
   * Gives the folder its name. Every file must be on disk already. Where that fails, what is
   * finished is kept under its hidden name.
   */
  public void finish() {
    finished = true;
    Path replaced = sibling(target, "replaced");
    try {
      forceAll(partial);
      target.check();
      takeName(replaced);
    } catch (CheckpointException e) {
      throw new CheckpointException(e.getMessage() + kept(), e);
    } catch (IOException e) {
      throw new CheckpointException(
          FileProblems.unwritable(target.path(), e).getMessage() + kept(), e);
    }
    try {
      Files.delete(target.absolute().resolve(LOCK));
      force(target.absolute());
      force(target.absolute().getParent());
      removeTree(replaced);
    } catch (IOException e) {
      throw FileProblems.unwritable(target.path(), e);
    }
  }

  private String kept() {
    try {
      Files.deleteIfExists(partial.resolve(LOCK));
    } catch (IOException e) {
      // An empty file too many does no harm.
    }
    return " (the finished merge is in " + partial + ": rename it)";
  }

  // The lock goes along and is removed under the new name: were it removed before, a second run
  // could lock the folder in between, and empty it. Windows moves no folder with an open file.
  private void takeName(Path replaced) throws IOException {
    if (!isPosix(partial)) {
      lockFile.close();
    }
    boolean replacing = target.exists();
    if (replacing) {
      removeTree(replaced);
      move(target.absolute(), replaced);
    }
    try {
      move(partial, target.absolute());
    } catch (IOException e) {
      if (replacing) {
        move(replaced, target.absolute());
      }
      throw e;
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Flushes a folder and those in it. */
  private static void forceAll(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          forceAll(file);
        }
      }
    }
    force(folder);
  }

  private static void force(Path folder) throws IOException {
    // Folders can be opened, and so flushed, on POSIX systems only.
    if (isPosix(folder)) {
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
        for (Path parent : newParents) {
          Files.delete(parent);
        }
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
