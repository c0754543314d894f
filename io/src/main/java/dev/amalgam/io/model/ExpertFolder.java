package dev.amalgam.io.model;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.name.NameMatch;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import java.nio.file.Path;
import java.util.List;

/** An expert and its base on disk, their weights streamed from their files. */
public final class ExpertFolder implements AutoCloseable {

  private final StoredCheckpoint base;
  private final OpenModel expert;
  private final Checkpoint tensors;
  private final Expert model;

  private ExpertFolder(StoredCheckpoint base, OpenModel expert, Checkpoint tensors, Expert model) {
    this.base = base;
    this.expert = expert;
    this.tensors = tensors;
    this.model = model;
  }

  /**
   * Opens an expert and its base.
   *
   * @throws dev.amalgam.core.AmalgamException if a file is missing or malformed, or the model
   *     cannot be run
   */
  public static ExpertFolder open(Path base, Path expert) {
    ModelPath basePath = ModelPath.of(base);
    StoredCheckpoint before = basePath.open();
    OpenModel after = null;
    try {
      ModelPath expertPath = ModelPath.of(expert);
      after = OpenModel.of(expertPath);
      Checkpoint renamed = NameMatch.in(before, after.checkpoint());
      List<Checkpoint> named =
          TiedTensors.named(
              List.of(
                  new TiedTensors.Model(before, basePath.findConfig()),
                  new TiedTensors.Model(renamed, expertPath.findConfig())),
              false);
      Expert model =
          new Expert(
              new FineTuned(
                  new CheckpointWeights(named.getFirst()), new CheckpointWeights(named.getLast())),
              after.config());
      // Whether both can be run is seen before any work is done.
      model.at(0);
      model.at(1);
      return new ExpertFolder(before, after, named.getLast(), model);
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
  public StoredCheckpoint base() {
    return base;
  }

  /** Returns the expert's tensors by the names of the base's. */
  public Checkpoint tensors() {
    return tensors;
  }

  /** Returns the expert's tensors as they are stored. */
  public StoredCheckpoint checkpoint() {
    return expert.checkpoint();
  }

  @Override
  public void close() {
    base.close();
    expert.close();
  }
}
