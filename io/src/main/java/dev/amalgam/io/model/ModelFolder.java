package dev.amalgam.io.model;

import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ResidentWeights;
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
    OpenModel own = OpenModel.of(ModelPath.of(folder));
    Optional<OpenModel> other = Optional.empty();
    try {
      other = head.map(ModelPath::of).map(OpenModel::of);
      Model model = ModelFamilies.build(own.source(), other.map(OpenModel::source));
      Optional<OpenModel> opened = other;
      return new ModelFolder(
          model,
          opened.orElse(own).config(),
          () -> {
            own.close();
            opened.ifPresent(OpenModel::close);
          });
    } catch (RuntimeException e) {
      own.close();
      other.ifPresent(OpenModel::close);
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
    try (OpenModel stored = OpenModel.of(ModelPath.of(folder))) {
      // Whether it can be run is seen before gigabytes are read.
      ModelFamilies.build(stored.source(), Optional.empty());
      ResidentWeights weights = ResidentWeights.load(stored.checkpoint(), workers);
      ModelSource source = new ModelSource(stored.config(), weights);
      return new ModelFolder(
          ModelFamilies.build(source, Optional.empty()), stored.config(), weights::close);
    }
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
