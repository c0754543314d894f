package dev.amalgam.core.parallel;

import java.util.concurrent.atomic.AtomicReference;

/** A thread that helps with one work after another. */
final class Helper<W> {

  private final W workspace;
  private final Thread thread;
  private final AtomicReference<Work<W>> offered = new AtomicReference<>();
  private volatile boolean stopped;

  Helper(String name, W workspace) {
    this.workspace = workspace;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::help);
  }

  /** Offers a work; one that was not begun is dropped. */
  void offer(Work<W> work) {
    offered.set(work);
    Waiting.wake(thread);
  }

  /** Has the thread end, and interrupts what it is doing. */
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  /** Returns when the thread has ended. An interrupt is kept for later. */
  void join() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void help() {
    while (!stopped) {
      Waiting.until(() -> offered.get() != null || stopped);
      Work<W> work = offered.get();
      if (work == null) {
        return;
      }
      work.doAsHelper(workspace);
      // Forgotten, so that it is not done twice and can be collected; but not a newer one.
      offered.compareAndSet(work, null);
      // A piece may have left the thread interrupted, and that would keep it from sleeping.
      if (!stopped) {
        Thread.interrupted();
      }
    }
  }
}
