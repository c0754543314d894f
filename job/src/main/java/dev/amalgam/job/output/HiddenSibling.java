package dev.amalgam.job.output;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * A hidden folder beside an output. Only what bears Amalgam's mark, a file {@link #MARK} of known
 * contents, is ever emptied or removed: anyone may have put something else under its name.
 *
 * @param path the folder
 */
record HiddenSibling(Path path) {

  /**
   * The file that marks a folder as Amalgam's own; the run that fills the folder holds it locked.
   */
  static final String MARK = ".lock";

  private static final byte[] CONTENTS =
      "Amalgam writes this folder; what is in it may be removed.\n"
          .getBytes(StandardCharsets.UTF_8);

  /** Returns the sibling of a folder. */
  static HiddenSibling of(Path folder, String what) {
    return new HiddenSibling(
        folder.resolveSibling("." + folder.getFileName() + ".amalgam-" + what));
  }

  /** Returns whether there is something of this name, be it a link to nothing. */
  boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Checks that there is nothing of this name, or an empty folder, or one that may bear the mark.
   *
   * @throws CheckpointException if it is a link, a file, or a folder that Amalgam did not make
   */
  void check() throws IOException {
    if (Files.isSymbolicLink(path)) {
      throw inTheWay("is a link");
    }
    if (exists() && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw inTheWay("is no folder");
    }
    if (exists() && !isEmpty() && !Files.isRegularFile(mark(), LinkOption.NOFOLLOW_LINKS)) {
      throw foreign();
    }
  }

  /**
   * Checks that there is nothing of this name, or an empty folder, or one that bears the mark.
   *
   * @throws CheckpointException if it is a link, a file, or a folder that Amalgam did not make
   */
  void checkMarked() throws IOException {
    check();
    if (Files.exists(mark(), LinkOption.NOFOLLOW_LINKS) && !isOwn()) {
      throw foreign();
    }
  }

  /** Returns whether it is a folder with the mark. */
  boolean isOwn() throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(mark(), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel file = FileChannel.open(mark(), StandardOpenOption.READ)) {
      return isMarked(file);
    }
  }

  private static boolean isMarked(FileChannel mark) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(CONTENTS.length + 1);
    while (mark.read(read, read.position()) > 0) {
      // Reads on until the buffer is full or the file ends.
    }
    return Arrays.equals(CONTENTS, Arrays.copyOf(read.array(), read.position()));
  }

  /**
   * Marks a folder as Amalgam's own.
   *
   * @param mark its mark, open for reading and writing; it may be new
   * @throws CheckpointException if there are files in the folder and it bears no mark
   */
  void claim(FileChannel mark) throws IOException {
    if (mark.size() == 0 && isEmpty()) {
      write(mark);
    } else if (!isMarked(mark)) {
      throw foreign();
    }
  }

  /** Writes the contents of a mark. */
  static void write(FileChannel mark) throws IOException {
    mark.write(ByteBuffer.wrap(CONTENTS), 0);
  }

  /** Returns the mark of a folder, new or not, open for reading and writing. */
  FileChannel openMark() throws IOException {
    return FileChannel.open(
        mark(),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  private Path mark() {
    return path.resolve(MARK);
  }

  private boolean isEmpty() throws IOException {
    return contents().isEmpty();
  }

  /** Returns what is in the folder but the mark. */
  private List<Path> contents() throws IOException {
    try (var files = Files.list(path)) {
      return files.filter(file -> !file.equals(mark())).toList();
    }
  }

  /** Removes all that is in the folder but the mark. Links are removed, not followed. */
  void empty() throws IOException {
    for (Path file : contents()) {
      removeTree(file);
    }
  }

  /**
   * Removes the folder, if it is there, its mark last: a removal that is cut off can go on.
   *
   * @throws DirectoryNotEmptyException if something else fills it meanwhile; it keeps its mark
   */
  void remove() throws IOException {
    if (exists()) {
      empty();
      Files.deleteIfExists(mark());
      try {
        Files.deleteIfExists(path);
      } catch (DirectoryNotEmptyException e) {
        try (FileChannel mark = openMark()) {
          write(mark);
        }
        throw e;
      }
    }
  }

  private static void removeTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> contents;
      try (var files = Files.list(path)) {
        contents = files.toList();
      }
      for (Path file : contents) {
        removeTree(file);
      }
    }
    Files.deleteIfExists(path);
  }

  private CheckpointException foreign() {
    return inTheWay("holds files and no lock of an interrupted merge");
  }

  private CheckpointException inTheWay(String what) {
    return new CheckpointException(
        path
            + ": "
            + what
            + ", and a merge writes under that name; move it away or remove it, or name another"
            + " folder");
  }
}
