package dev.amalgam.io.file;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.InterruptedJobException;
import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** What the system's input and output errors mean to a user. */
public final class FileProblems {

  private FileProblems() {}

  /** Returns the exception that says that {@code file} cannot be read, and why. */
  public static AmalgamException unreadable(Path file, IOException e) {
    String reason =
        e instanceof NoSuchFileException && Files.isSymbolicLink(file)
            ? "it is a link to a file that does not exist"
            : reason(e);
    return exception("Cannot read " + quote(file.toString()) + ": " + reason, e);
  }

  /** Returns the exception that says that {@code file} cannot be written, and why. */
  public static AmalgamException unwritable(Path file, IOException e) {
    return exception(
        "Cannot write "
            + quote(file.toString())
            + ": "
            + culprit(file, e)
            + reason(e)
            + "; check the free space and the permissions there, or choose another output folder",
        e);
  }

  private static AmalgamException exception(String message, IOException e) {
    return isInterrupt(e)
        ? new InterruptedJobException(message, e)
        : new CheckpointException(message, e);
  }

  private static boolean isInterrupt(IOException e) {
    return e instanceof ClosedByInterruptException || e instanceof InterruptedIOException;
  }

  /** Returns the file that failed and a colon, if it is another than the one that is named. */
  private static String culprit(Path file, IOException e) {
    boolean other =
        e instanceof FileSystemException system
            && !(e instanceof AtomicMoveNotSupportedException)
            && system.getFile() != null
            && !Path.of(system.getFile()).toAbsolutePath().equals(file.toAbsolutePath());
    return other ? quote(((FileSystemException) e).getFile()) + ": " : "";
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AtomicMoveNotSupportedException move ->
          quote(String.valueOf(move.getFile()))
              + " cannot be renamed to "
              + quote(String.valueOf(move.getOtherFile()))
              + " in one step, as they lie on different file systems (a mount point, or a layer of"
              + " a container's image)";
      case NotDirectoryException _ -> "it is no folder";
      case DirectoryNotEmptyException _ -> "the folder is not empty";
      case AccessDeniedException _ -> "access is denied";
      case FileAlreadyExistsException _ -> "it exists already";
      case ClosedByInterruptException _ -> "the thread was interrupted";
      case InterruptedIOException _ -> "the thread was interrupted";
      case ClosedChannelException _ -> "it has been closed";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
