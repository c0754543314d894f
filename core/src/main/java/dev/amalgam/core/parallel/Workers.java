package dev.amalgam.core.parallel;

import dev.amalgam.core.InterruptedJobException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A fixed number of workers that share out numbered pieces of work: the thread that hands the work
 * in, and threads of its own. Each worker has a workspace of its own, which it keeps from piece to
 * piece.
 *
 * <p>Handing work in takes about a microsecond when the last work was done just before, and some
 * tens of them when the threads have gone to sleep meanwhile. It is for one thread at a time, and
 * not for one that is inside a piece.
 *
 * @param <W> the workspace
 */
public final class Workers<W extends AutoCloseable> implements AutoCloseable {

  /** A numbered piece of work. */
  public interface Piece<W> {
    /** Does the piece of this number, on any thread, in the workspace of that thread alone. */
    void run(W workspace, int index);
  }

  private final List<W> workspaces = new ArrayList<>();
  private final List<Helper<W>> helpers = new ArrayList<>();

  /**
   * Starts the threads.
   *
   * @param count how many workers there are, the caller of {@link #run} among them
   * @param workspace makes the workspace of each
   */
  public Workers(int count, IntFunction<W> workspace) {
    for (int i = 0; i < count; i++) {
      workspaces.add(workspace.apply(i));
    }
    for (int i = 1; i < count; i++) {
      helpers.add(new Helper<>("amalgam-worker-" + i, workspaces.get(i)));
    }
  }

  /** Returns the number of workers. */
  public int count() {
    return workspaces.size();
  }

  /** Returns the workspace of the first worker, for what all of them have in common. */
  public W first() {
    return workspaces.getFirst();
  }

  /**
   * Runs the pieces 0 to {@code pieces − 1}, each once, in any order, and returns when all are
   * done. The first failure stops the rest and is thrown.
   *
   * @throws InterruptedJobException if this thread is interrupted; pieces may still be running
   *     then, and nothing can be done with the workers but to close them
   */
  public void run(int pieces, Piece<W> piece) {
    if (pieces == 1) {
      piece.run(workspaces.getFirst(), 0);
      return;
    }
    Work<W> work = new Work<>(pieces, piece);
    int wanted = Math.min(helpers.size(), pieces - 1);
    for (int i = 0; i < wanted; i++) {
      helpers.get(i).offer(work);
    }
    work.doAsCaller(workspaces.getFirst());
    work.await();
  }

  @Override
  public void close() {
    helpers.forEach(Helper::stop);
    helpers.forEach(Helper::join);
    for (W workspace : workspaces) {
      try {
        workspace.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
