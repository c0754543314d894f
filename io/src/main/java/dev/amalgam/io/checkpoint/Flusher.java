package dev.amalgam.io.checkpoint;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends what has been written to the disk while more is being written, on one thread, so that
 * little is left to wait for at the end.
 */
final class Flusher {

  private final List<OutputShard> shards;
  private final long flushBytes;
  private final BackgroundThreads thread;
  private final AtomicLong unflushed = new AtomicLong();
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile boolean abandoned;

  /**
   * Starts the thread.
   *
   * @param flushBytes how many bytes are written before they are sent to the disk
   */
  Flusher(List<OutputShard> shards, long flushBytes, BackgroundFailure failure) {
    this.shards = shards;
    this.flushBytes = flushBytes;
    this.thread = new BackgroundThreads("amalgam-flush-", 1, failure);
  }

  /** Counts bytes that have been written, and starts a flush when they are enough. */
  void wrote(long bytes) {
    if (unflushed.addAndGet(bytes) >= flushBytes && waiting.compareAndSet(false, true)) {
      thread.run(this::flush);
    }
  }

  /** Flushes and closes a shard that is complete. */
  void finish(OutputShard shard) {
    thread.run(
        () -> {
          if (!abandoned) {
            shard.force();
          }
          shard.close();
        });
  }

  /** Returns when everything asked for is done. */
  void await() {
    thread.await();
  }

  /** Gives up what is not done yet, and ends the thread. */
  void close() {
    abandoned = true;
    thread.close();
  }

  private void flush() {
    unflushed.set(0);
    waiting.set(false);
    for (OutputShard shard : shards) {
      if (!abandoned) {
        shard.force();
      }
    }
  }
}
