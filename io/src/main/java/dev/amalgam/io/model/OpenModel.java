package dev.amalgam.io.model;

import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.checkpoint.StoredCheckpoint;

/**
 * A model on disk, open to be run.
 *
 * @param checkpoint its tensors, which closing closes
 * @param config its config
 */
record OpenModel(StoredCheckpoint checkpoint, ModelConfig config) implements AutoCloseable {

  /** Opens the tensors of a model and reads its config. */
  static OpenModel of(ModelPath path) {
    StoredCheckpoint checkpoint = path.open();
    try {
      return new OpenModel(checkpoint, path.config().values());
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /** Returns the weights, read from the files each time. */
  Weights weights() {
    return new CheckpointWeights(checkpoint);
  }

  /** Returns what a model is built from, its weights read from the files each time. */
  ModelSource source() {
    return new ModelSource(config, weights());
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
