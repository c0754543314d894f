package dev.amalgam.io.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A file that any number of threads read or write at positions of their own, at once.
 *
 * <p>The interrupt of a thread that is inside a {@link FileChannel} closes that channel for every
 * thread. Here it fails the interrupted thread only: the others open the file again.
 */
public final class PositionalFile implements Closeable {

  // A segment may be longer than a ByteBuffer can be; and longer steps are no faster.
  private static final long STEP = 16L << 20;

  private final Path path;
  private final OpenOption mode;
  private final Object identity;
  private volatile FileChannel channel;
  private volatile boolean closed;

  private PositionalFile(Path path, OpenOption mode, FileChannel channel) throws IOException {
    this.path = path;
    this.mode = mode;
    this.channel = channel;
    this.identity = identity(path);
  }

  /** Returns the file opened for reading. */
  public static PositionalFile read(Path path) throws IOException {
    RegularFile.check(path);
    return open(path, StandardOpenOption.READ, StandardOpenOption.READ);
  }

  /** Returns a new file, which must not exist yet, opened for writing. */
  public static PositionalFile create(Path path) throws IOException {
    return open(
        path, StandardOpenOption.WRITE, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
  }

  private static PositionalFile open(Path path, OpenOption mode, OpenOption... first)
      throws IOException {
    FileChannel channel = FileChannel.open(path, first);
    try {
      return new PositionalFile(path, mode, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns the file's length in bytes. */
  public long size() throws IOException {
    return transfer(FileChannel::size);
  }

  /**
   * Fills {@code into} from byte {@code position} of the file on.
   *
   * @return how many bytes were read: fewer than asked for if the file ends before
   */
  public long read(long position, MemorySegment into) throws IOException {
    long done = 0;
    while (done < into.byteSize()) {
      long at = done;
      long read = transfer(c -> c.read(step(into, at), position + at));
      if (read < 0) {
        break;
      }
      done += read;
    }
    return done;
  }

  /** Writes all of {@code bytes} from byte {@code position} of the file on. */
  public void write(long position, MemorySegment bytes) throws IOException {
    long done = 0;
    while (done < bytes.byteSize()) {
      long at = done;
      done += transfer(c -> c.write(step(bytes, at), position + at));
    }
  }

  /** Returns when the data written so far is on the disk. */
  public void force() throws IOException {
    transfer(
        c -> {
          c.force(false);
          return 0;
        });
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }

  private static ByteBuffer step(MemorySegment segment, long done) {
    return segment.asSlice(done, Math.min(STEP, segment.byteSize() - done)).asByteBuffer();
  }

  private interface Transfer {
    long on(FileChannel channel) throws IOException;
  }

  // Repeating a transfer that another thread's interrupt cut off reads or writes the same bytes.
  private long transfer(Transfer transfer) throws IOException {
    while (true) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException();
      }
      FileChannel used = channel;
      try {
        return transfer.on(used);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException e) {
        reopen(used, e);
      }
    }
  }

  private synchronized void reopen(FileChannel used, ClosedChannelException cause)
      throws IOException {
    if (closed) {
      throw cause;
    }
    if (channel != used) {
      return;
    }
    FileChannel again = FileChannel.open(path, mode);
    if (!Objects.equals(identity, identity(path))) {
      again.close();
      throw new IOException("another file has taken its place");
    }
    channel = again;
  }

  /** Returns what tells this file from another of the same name, or null if the system cannot. */
  private static Object identity(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }
}
