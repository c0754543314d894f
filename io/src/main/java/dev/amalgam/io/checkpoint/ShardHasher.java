package dev.amalgam.io.checkpoint;

import dev.amalgam.io.file.FileProblems;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.CancellationException;

/**
 * Hashes a file while it is being written: it reads again, out of the system's cache, what lies
 * behind the frontier that the writer announces.
 */
final class ShardHasher {

  private final Path file;
  private final long size;
  private long frontier;
  private boolean stopped;

  ShardHasher(Path file, long size) {
    this.file = file;
    this.size = size;
  }

  /** Announces that every byte before {@code frontier} has been written. */
  synchronized void advance(long frontier) {
    this.frontier = frontier;
    notifyAll();
  }

  /** Makes {@link #hash} give up. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /**
   * Returns the SHA-256 of the file in hexadecimal, when the frontier has reached its end.
   *
   * @throws CancellationException if it was stopped
   */
  String hash() {
    MessageDigest digest = FileHasher.sha256();
    ByteBuffer block = ByteBuffer.allocate(FileHasher.BLOCK);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long done = 0;
      while (done < size) {
        long known = awaitBeyond(done);
        block.clear().limit((int) Math.min(block.capacity(), known - done));
        int read = channel.read(block, done);
        if (read < 0) {
          throw new EOFException("it became shorter while it was being written");
        }
        digest.update(block.flip());
        done += read;
      }
      return FileHasher.hex(digest);
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  private synchronized long awaitBeyond(long done) {
    try {
      while (frontier <= done && !stopped) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
    if (stopped) {
      throw new CancellationException("hashing " + file);
    }
    return frontier;
  }
}
