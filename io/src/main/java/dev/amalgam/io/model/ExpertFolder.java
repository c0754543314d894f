package dev.amalgam.io.model;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import java.nio.file.Path;

/** An expert and its base on disk, their weights streamed from their files. */
public final class ExpertFolder implements AutoCloseable {

  private final CheckpointFolder base;
  private final CheckpointFolder expert;
  private final Expert model;

  private ExpertFolder(CheckpointFolder base, CheckpointFolder expert, Expert model) {
    this.base = base;
    this.expert = expert;
    this.model = model;
  }

  /**
   * Opens an expert and its base.
   *
   * @throws dev.amalgam.core.AmalgamException if a file is missing or malformed, or the model
   *     cannot be run
   */
  public static ExpertFolder open(Path base, Path expert) {
    CheckpointFolder before = CheckpointFolder.open(base);
    CheckpointFolder after = null;
    try {
      after = CheckpointFolder.open(expert);
      FineTuned weights =
          new FineTuned(new CheckpointWeights(before), new CheckpointWeights(after));
      Expert model = new Expert(weights, ConfigFile.read(expert.resolve(ConfigFile.NAME)));
      // Whether both can be run is seen before any work is done.
      model.at(0);
      model.at(1);
      return new ExpertFolder(before, after, model);
    } catch (RuntimeException e) {
      before.close();
      if (after != null) {
        after.close();
      }
      throw e;
    }
  }

  /** Returns the expert and its base. */
  public Expert expert() {
    return model;
  }

  /** Returns the base's tensors. */
  public CheckpointFolder base() {
    return base;
  }

  /** Returns the expert's tensors. */
  public CheckpointFolder checkpoint() {
    return expert;
  }

  @Override
  public void close() {
    base.close();
    expert.close();
  }
}
