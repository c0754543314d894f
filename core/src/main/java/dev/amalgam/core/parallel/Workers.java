package dev.amalgam.core.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A fixed number of threads that share out numbered pieces of work. Each worker has a workspace of
 * its own, which it keeps from piece to piece.
 *
 * @param <W> the workspace
 */
public final class Workers<W extends AutoCloseable> implements AutoCloseable {

  /** A numbered piece of work. */
  public interface Piece<W> {
    void run(W workspace, int index);
  }

  private final List<W> workspaces = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * Starts the threads.
   *
   * @param count how many
   * @param workspace makes the workspace of each
   */
  public Workers(int count, IntFunction<W> workspace) {
    for (int i = 0; i < count; i++) {
      workspaces.add(workspace.apply(i));
    }
    threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().daemon().name("amalgam-worker-", 0).factory());
  }

  /** Returns the number of workers. */
  public int count() {
    return workspaces.size();
  }

  /** Returns the workspace of one worker, for what does not change. */
  public W first() {
    return workspaces.getFirst();
  }

  /**
   * Runs the pieces 0 to {@code pieces − 1}, each once, in any order, and returns when all are
   * done. The first failure stops the rest and is thrown.
   */
  public void run(int pieces, Piece<W> piece) {
    if (pieces == 1) {
      piece.run(workspaces.getFirst(), 0);
      return;
    }
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (W workspace : workspaces.subList(0, Math.min(workspaces.size(), pieces))) {
      running.add(
          threads.submit(
              () -> {
                try {
                  for (int i; (i = next.getAndIncrement()) < pieces; ) {
                    piece.run(workspace, i);
                  }
                } finally {
                  // Reached early only by a failure: let the others find nothing more to do.
                  next.accumulateAndGet(pieces, Math::max);
                }
              }));
    }
    await(running);
  }

  private static void await(List<Future<?>> running) {
    RuntimeException failure = null;
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failure = failure != null ? failure : asUnchecked(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while working", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static RuntimeException asUnchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    for (W workspace : workspaces) {
      try {
        workspace.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
