package dev.amalgam.core.parallel;

import dev.amalgam.core.InterruptedJobException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Pieces that the caller and its helpers take from a counter. */
final class Work<W> {

  // Added to the number of helpers inside when the caller lets no more of them in.
  private static final int ENDED = 1 << 30;

  private final int pieces;
  private final Workers.Piece<W> piece;
  private final Thread caller = Thread.currentThread();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  Work(int pieces, Workers.Piece<W> piece) {
    this.pieces = pieces;
    this.piece = piece;
  }

  /** Takes pieces until none is left; returns at once where the caller has ended the work. */
  void doAsHelper(W workspace) {
    int before = inside.getAndUpdate(n -> n >= ENDED ? n : n + 1);
    if (before >= ENDED) {
      return;
    }
    while (takeOne(workspace)) {}
    if (inside.decrementAndGet() == ENDED) {
      Waiting.wake(caller);
    }
  }

  /** Takes pieces until none is left, and lets no more helpers in. */
  void doAsCaller(W workspace) {
    while (!Thread.currentThread().isInterrupted() && takeOne(workspace)) {}
    inside.addAndGet(ENDED);
  }

  /** Waits for the helpers that are inside, and throws what went wrong. */
  void await() {
    Waiting.until(() -> inside.get() == ENDED || Thread.currentThread().isInterrupted());
    Throwable thrown = failure.get();
    if (thrown == null && Thread.currentThread().isInterrupted()) {
      // Helpers still find nothing more to do.
      next.set(pieces);
      throw new InterruptedJobException("The job was interrupted", null);
    }
    switch (thrown) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException unchecked -> throw unchecked;
      case Throwable checked -> throw new IllegalStateException(checked);
    }
  }

  private boolean takeOne(W workspace) {
    int index = next.get() < pieces ? next.getAndIncrement() : pieces;
    if (index >= pieces) {
      return false;
    }
    try {
      piece.run(workspace, index);
      return true;
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      next.set(pieces);
      return false;
    }
  }
}
