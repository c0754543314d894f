package dev.amalgam.io.model;

import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import java.nio.file.Path;
import java.util.Optional;

/** A model on disk that can be run, its weights streamed from its files. */
public final class ModelFolder implements AutoCloseable {

  private final Model model;
  private final CheckpointFolder checkpoint;
  private final Optional<CheckpointFolder> headCheckpoint;
  private final ModelConfig headConfig;

  private ModelFolder(
      Model model,
      CheckpointFolder checkpoint,
      Optional<CheckpointFolder> headCheckpoint,
      ModelConfig headConfig) {
    this.model = model;
    this.checkpoint = checkpoint;
    this.headCheckpoint = headCheckpoint;
    this.headConfig = headConfig;
  }

  /**
   * Returns the model in a folder.
   *
   * @param head the folder of the model whose task head is taken, if not the model's own
   * @throws dev.amalgam.core.AmalgamException if a file is missing or malformed, or the model
   *     cannot be run
   */
  public static ModelFolder open(Path folder, Optional<Path> head) {
    CheckpointFolder checkpoint = CheckpointFolder.open(folder);
    Optional<CheckpointFolder> headCheckpoint = Optional.empty();
    try {
      ModelConfig config = ConfigFile.read(folder.resolve(ConfigFile.NAME));
      headCheckpoint = head.map(CheckpointFolder::open);
      Optional<ModelConfig> headConfig = head.map(h -> ConfigFile.read(h.resolve(ConfigFile.NAME)));
      Model model =
          ModelFamilies.build(
              source(config, checkpoint),
              headCheckpoint.map(c -> source(headConfig.orElseThrow(), c)));
      return new ModelFolder(model, checkpoint, headCheckpoint, headConfig.orElse(config));
    } catch (RuntimeException e) {
      checkpoint.close();
      headCheckpoint.ifPresent(Checkpoint::close);
      throw e;
    }
  }

  private static ModelSource source(ModelConfig config, Checkpoint checkpoint) {
    return new ModelSource(config, new CheckpointWeights(checkpoint));
  }

  /** Returns the model. */
  public Model model() {
    return model;
  }

  /** Returns the config that describes the model's head. */
  public ModelConfig headConfig() {
    return headConfig;
  }

  @Override
  public void close() {
    checkpoint.close();
    headCheckpoint.ifPresent(Checkpoint::close);
  }
}
