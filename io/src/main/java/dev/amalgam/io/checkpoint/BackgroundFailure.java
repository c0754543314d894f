package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.CheckpointException;
import java.util.concurrent.atomic.AtomicReference;

/** The first failure of a writer's background threads, kept until a caller's thread comes by. */
final class BackgroundFailure {

  private final AtomicReference<Throwable> first = new AtomicReference<>();

  /** Returns {@code task} as a task that never fails but leaves its failure here. */
  Runnable caught(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        first.compareAndSet(null, e);
      }
    };
  }

  /** Throws what has failed, if anything has. */
  void check() {
    switch (first.get()) {
      case null -> {}
      case CheckpointException e -> throw new CheckpointException(e.getMessage(), e);
      case Throwable e -> throw new IllegalStateException("writing failed in the background", e);
    }
  }
}
