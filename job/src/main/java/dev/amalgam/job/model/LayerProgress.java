package dev.amalgam.job.model;

import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.run.ProgressListener;

/** Turns tokens that have passed one layer into tokens that have passed all. */
public final class LayerProgress implements ModelRunner.LayerListener {

  private final ProgressListener progress;
  private final int layers;
  private long passed;

  /**
   * Creates the counter.
   *
   * @param layers how many layers each token passes
   */
  public LayerProgress(ProgressListener progress, int layers) {
    this.progress = progress;
    this.layers = Math.max(1, layers);
  }

  @Override
  public void passed(int tokens) {
    long before = passed / layers;
    passed += tokens;
    progress.advanced(passed / layers - before);
  }
}
