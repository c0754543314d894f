package dev.amalgam.job.output;

import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory for what may be as large as a model: a hidden file beside the output, mapped, so that what
 * is not in use need not be in memory. It is gone when this is closed.
 */
public final class MappedMemory implements SegmentAllocator, AutoCloseable {

  private final Path folder;
  private final Arena arena = Arena.ofShared();
  private Path file;
  private FileChannel channel;
  private long size;

  private MappedMemory(Path folder) {
    this.folder = folder;
  }

  /** Returns memory in the folder of an output, where no file is made until it is needed. */
  public static MappedMemory beside(Path output) {
    return new MappedMemory(output.toAbsolutePath().getParent());
  }

  @Override
  public synchronized MemorySegment allocate(long bytes, long alignment) {
    try {
      if (channel == null) {
        file = Files.createTempFile(folder, ".amalgam-memory-", ".tmp");
        channel =
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE,
                LinkOption.NOFOLLOW_LINKS);
      }
      long start = Math.ceilDiv(size, 64) * 64;
      size = start + bytes;
      return channel.map(FileChannel.MapMode.READ_WRITE, start, bytes, arena);
    } catch (IOException e) {
      throw FileProblems.unwritable(folder, e);
    }
  }

  @Override
  public void close() {
    arena.close();
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw FileProblems.unwritable(file, e);
    }
  }
}
