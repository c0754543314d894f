package dev.amalgam.io.checkpoint;

import dev.amalgam.core.InterruptedJobException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Daemon threads that work for a writer and end with it. */
final class BackgroundThreads {

  private final ExecutorService executor;
  private final BackgroundFailure failure;

  BackgroundThreads(String name, int count, BackgroundFailure failure) {
    this.executor =
        Executors.newFixedThreadPool(count, Thread.ofPlatform().daemon().name(name, 0).factory());
    this.failure = failure;
  }

  /** Runs {@code task} when a thread is free; tasks start in the order of these calls. */
  void run(Runnable task) {
    executor.execute(failure.caught(task));
  }

  /**
   * Returns when every task has ended; no more may come.
   *
   * @throws InterruptedJobException if this thread was interrupted meanwhile
   */
  void await() {
    executor.shutdown();
    try {
      executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedJobException("Writing was interrupted", e);
    }
  }

  /** Returns when every task has ended, interrupted or not. The interrupt is kept for later. */
  void close() {
    executor.close();
  }
}
