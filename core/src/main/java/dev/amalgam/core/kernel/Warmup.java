package dev.amalgam.core.kernel;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has a SIMD loop compiled before it is used. Until it is compiled, Vector API code runs hundreds
 * of times slower than a plain loop, which on whole blocks takes longer than a small merge. So a
 * loop is rehearsed on little data by a thread of its own, starting when it is first wanted, and
 * its scalar twin works meanwhile. Where the compiler never gets to it, the scalar twin goes on.
 */
final class Warmup {

  private static final long COMPILED_NANOS = 5_000;
  private static final int REHEARSALS_IN_A_ROW = 20;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final Runnable rehearsal;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean done;

  /**
   * Creates a warm-up that has not started.
   *
   * @param rehearsal runs the loop once over some hundred elements
   */
  Warmup(Runnable rehearsal) {
    this.rehearsal = rehearsal;
  }

  /** Returns whether the loop is compiled; the first call starts the rehearsals. */
  boolean isDone() {
    if (!done && started.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("amalgam-warmup").start(this::rehearse);
    }
    return done;
  }

  private void rehearse() {
    long start = System.nanoTime();
    int fast = 0;
    for (long now = start; fast < REHEARSALS_IN_A_ROW && now - start < PATIENCE_NANOS; ) {
      rehearsal.run();
      long after = System.nanoTime();
      fast = after - now < COMPILED_NANOS ? fast + 1 : 0;
      now = after;
    }
    done = fast == REHEARSALS_IN_A_ROW;
  }
}
