package dev.amalgam.job.output;

import dev.amalgam.core.InterruptedJobException;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
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
 * sibling behind; the next run to the same folder removes it, and puts a model back that was about
 * to be replaced.
 */
public final class OutputFolder implements AutoCloseable {

  private final OutputTarget target;
  private final HiddenSibling partial;
  private final HiddenSibling replaced;
  private final List<Path> newParents;
  private final FileChannel lockFile;
  private final Thread removeAtExit = new Thread(this::removePartial, "amalgam-remove-partial");
  private boolean finished;
  private boolean removed;

  private OutputFolder(
      OutputTarget target,
      HiddenSibling partial,
      HiddenSibling replaced,
      List<Path> newParents,
      FileChannel lockFile) {
    this.target = target;
    this.partial = partial;
    this.replaced = replaced;
    this.newParents = newParents;
    this.lockFile = lockFile;
    Runtime.getRuntime().addShutdownHook(removeAtExit);
  }

  /**
   * Checks a target and makes its hidden sibling, after undoing what a run that was killed left.
   *
   * @throws CheckpointException if the target may not be written, or something that no run left
   *     bears the name of a hidden sibling
   */
  public static OutputFolder create(OutputTarget target) {
    target.check();
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedJobException(target.path() + ": interrupted before it was begun", null);
    }
    HiddenSibling partial = HiddenSibling.of(target.absolute(), "partial");
    HiddenSibling replaced = HiddenSibling.of(target.absolute(), "replaced");
    List<Path> newParents = missing(partial.path().getParent());
    FileChannel lockFile = null;
    try {
      partial.check();
      replaced.checkMarked();
      Files.createDirectories(partial.path());
      lockFile = partial.openMark();
      if (!lock(lockFile)) {
        throw new CheckpointException(
            target.path()
                + ": another merge is writing it ("
                + partial.path()
                + " is locked); wait for its end, or name another folder");
      }
      partial.claim(lockFile);
      partial.empty();
      return new OutputFolder(target, partial, replaced, newParents, lockFile).begun();
    } catch (IOException e) {
      closeQuietly(lockFile);
      throw FileProblems.unwritable(target.path(), e);
    } catch (RuntimeException e) {
      closeQuietly(lockFile);
      throw e;
    }
  }

  private OutputFolder begun() throws IOException {
    try {
      undoReplacement();
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  // A run was killed while it replaced a model: before its own got the name, the old one gets it
  // back; after that, the old one goes.
  private void undoReplacement() throws IOException {
    if (!replaced.isOwn()) {
      return;
    }
    if (target.exists()) {
      replaced.remove();
      return;
    }
    move(replaced.path(), target.absolute());
    Files.deleteIfExists(target.absolute().resolve(HiddenSibling.MARK));
    target.check();
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
      // Far behind the contents, which others may read on systems where a lock forbids it.
      return file.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
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
    return partial.path();
  }

  /**
   * Gives the folder its name. Every file must be on disk already. Where that fails, what is
   * finished is kept under its hidden name. A process that ends meanwhile waits for this.
   *
   * @throws InterruptedJobException if the process is ending, and has removed the folder
   */
  public synchronized void finish() {
    if (removed) {
      throw new InterruptedJobException(
          target.path() + ": interrupted before it was finished", null);
    }
    finished = true;
    boolean replacing = target.exists();
    try {
      forceAll(partial.path());
      target.check();
      takeName(replacing);
    } catch (CheckpointException e) {
      throw new CheckpointException(e.getMessage() + kept(), e);
    } catch (IOException e) {
      throw new CheckpointException(
          FileProblems.unwritable(target.path(), e).getMessage() + kept(), e);
    }
    try {
      Files.delete(target.absolute().resolve(HiddenSibling.MARK));
      force(target.absolute());
      force(target.absolute().getParent());
      if (replacing) {
        replaced.remove();
      }
    } catch (IOException e) {
      throw FileProblems.unwritable(target.path(), e);
    }
  }

  private String kept() {
    try {
      Files.deleteIfExists(partial.path().resolve(HiddenSibling.MARK));
    } catch (IOException e) {
      // A small file too many does no harm.
    }
    String old = Files.exists(replaced.path()) ? "; the old model is in " + replaced.path() : "";
    return " (the finished merge is in " + partial.path() + ": rename it" + old + ")";
  }

  // The lock goes along and is removed under the new name: were it removed before, a second run
  // could lock the folder in between, and empty it. Windows moves no folder with an open file.
  private void takeName(boolean replacing) throws IOException {
    if (!isPosix(partial.path())) {
      lockFile.close();
    }
    if (replacing) {
      setAside();
    }
    try {
      move(partial.path(), target.absolute());
    } catch (IOException e) {
      if (replacing) {
        putBack(e);
      }
      throw e;
    }
  }

  private void putBack(IOException cause) {
    try {
      move(replaced.path(), target.absolute());
      Files.deleteIfExists(target.absolute().resolve(HiddenSibling.MARK));
    } catch (IOException e) {
      // What failed first is told, and where the old model is.
      cause.addSuppressed(e);
    }
  }

  // The old model is marked, so that the next run knows it if this one is killed.
  private void setAside() throws IOException {
    HiddenSibling old = new HiddenSibling(target.absolute());
    try (FileChannel mark = old.openMark()) {
      HiddenSibling.write(mark);
    }
    try {
      move(old.path(), replaced.path());
    } catch (IOException e) {
      Files.deleteIfExists(old.path().resolve(HiddenSibling.MARK));
      throw e;
    }
  }

  // In one step or not at all: what lies on another file system would be copied, file by file.
  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
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

  synchronized void removePartial() {
    if (!finished) {
      removed = true;
      try {
        partial.remove();
        for (Path parent : newParents) {
          Files.delete(parent);
        }
      } catch (IOException e) {
        // The next run to this folder removes the rest.
      }
    }
  }
}
