package dev.amalgam.core.parallel;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waiting for another thread: awake for as long as putting a thread to sleep and waking it takes,
 * asleep after that.
 */
final class Waiting {

  private static final long AWAKE_NANOS = 20_000;

  private Waiting() {}

  /** Returns when the condition holds; whoever makes it hold must {@link #wake} this thread. */
  static void until(BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return;
    }
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start < AWAKE_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park();
      }
    }
  }

  /** Wakes a thread that may be asleep. */
  static void wake(Thread thread) {
    LockSupport.unpark(thread);
  }
}
