package dev.amalgam.io.model;

import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.ResidentWeights;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import java.nio.file.Path;
import java.util.Optional;

/** A model on disk that can be run. */
public final class ModelFolder implements AutoCloseable {

  private final Model model;
  private final ModelConfig headConfig;
  private final Runnable close;

  private ModelFolder(Model model, ModelConfig headConfig, Runnable close) {
    this.model = model;
    this.headConfig = headConfig;
    this.close = close;
  }

  /**
   * Returns the model in a folder, its weights streamed from its files.
   *
   * @param head the folder of the model whose task head is taken, if not the model's own
   * @throws dev.amalgam.core.AmalgamException if a file is missing or malformed, or the model
   *     cannot be run
   */
  public static ModelFolder open(Path folder, Optional<Path> head) {
    ModelPath path = ModelPath.of(folder);
    StoredCheckpoint checkpoint = path.open();
    Optional<StoredCheckpoint> headCheckpoint = Optional.empty();
    try {
      ModelConfig config = ConfigFile.read(path.folder().resolve(ConfigFile.NAME));
      Optional<ModelPath> headPath = head.map(ModelPath::of);
      headCheckpoint = headPath.map(ModelPath::open);
      Optional<ModelConfig> headConfig =
          headPath.map(h -> ConfigFile.read(h.folder().resolve(ConfigFile.NAME)));
      Model model =
          ModelFamilies.build(
              source(config, checkpoint),
              headCheckpoint.map(c -> source(headConfig.orElseThrow(), c)));
      Optional<StoredCheckpoint> opened = headCheckpoint;
      return new ModelFolder(
          model,
          headConfig.orElse(config),
          () -> {
            checkpoint.close();
            opened.ifPresent(Checkpoint::close);
          });
    } catch (RuntimeException e) {
      checkpoint.close();
      headCheckpoint.ifPresent(Checkpoint::close);
      throw e;
    }
  }

  /**
   * Returns the model in a folder, its weights read into native memory as they are stored.
   *
   * @param workers those who read
   * @throws dev.amalgam.core.AmalgamException if a file is missing or malformed, or the model
   *     cannot be run
   */
  public static ModelFolder openResident(Path folder, Workers<?> workers) {
    ModelPath path = ModelPath.of(folder);
    ModelConfig config = ConfigFile.read(path.folder().resolve(ConfigFile.NAME));
    try (StoredCheckpoint checkpoint = path.open()) {
      // Whether it can be run is seen before gigabytes are read.
      ModelFamilies.build(source(config, checkpoint), Optional.empty());
      ResidentWeights weights = ResidentWeights.load(checkpoint, workers);
      Model model = ModelFamilies.build(new ModelSource(config, weights), Optional.empty());
      return new ModelFolder(model, config, weights::close);
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
    close.run();
  }
}
