package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.matrix.MatrixProducts;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.Weight;

/** The threads that run models, and their memory. */
public final class Engine implements AutoCloseable {

  // A piece takes some ten microseconds: enough that handing it over does not show.
  private static final int PIECE_ELEMENTS = 1 << 15;

  private final Kernels kernels;
  private final Workers<Scratch> workers;
  private final MatrixProducts products;
  private final StateMemory memory = new StateMemory();
  private final ExpertUse experts = new ExpertUse();

  /**
   * Starts the threads.
   *
   * @param threads how many, at least 1; no result depends on it
   */
  public Engine(int threads, Kernels kernels) {
    this.kernels = kernels;
    this.workers = new Workers<>(threads, i -> new Scratch(kernels));
    this.products = new MatrixProducts(workers);
  }

  /** Returns the kernels that the engine computes with. */
  public Kernels kernels() {
    return kernels;
  }

  /** Returns the threads. */
  public Workers<Scratch> workers() {
    return workers;
  }

  /** Returns matrix products on these threads. */
  public MatrixProducts products() {
    return products;
  }

  /** Returns the memory of states, for the thread that runs models. */
  public StateMemory memory() {
    return memory;
  }

  /** Returns which experts of mixtures have been chosen, for the thread that runs models. */
  public ExpertUse experts() {
    return experts;
  }

  /** Works on all rows, shared out among the workers where that is worth it. */
  public void overRows(int rows, int width, Pass.RowRange work) {
    int length = Math.max(1, PIECE_ELEMENTS / Math.max(1, width));
    workers.run(
        Math.ceilDiv(rows, length),
        (scratch, piece) ->
            work.run(scratch, piece * length, Math.min(rows, (piece + 1) * length)));
  }

  /** Returns a whole weight as float32. */
  public float[] values(Weight weight) {
    float[] values = new float[Math.toIntExact(weight.shape().elements())];
    workers.run(1, (scratch, piece) -> scratch.read(weight, 0, values.length, values, 0));
    return values;
  }

  @Override
  public void close() {
    workers.close();
  }
}
