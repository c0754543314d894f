package dev.amalgam.bench.study;

import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A family whose checkpoints are open and whose examples have been read. */
final class OpenFamily implements AutoCloseable {

  /**
   * One expert.
   *
   * @param name the task's name
   * @param checkpoint the expert
   * @param config its config
   * @param examples the task's examples
   */
  record Expert(String name, Checkpoint checkpoint, ModelConfig config, Examples examples) {}

  private final Family family;
  private final int shuffle;
  private final ModelConfig baseConfig;
  private final Checkpoint base;
  private final List<Expert> experts = new ArrayList<>();

  /**
   * Opens a family.
   *
   * @param scoring how many few-shot examples of each task are for scoring; half of them if absent
   * @param shuffle seed of the order of few-shot examples; 0 for that of the file
   */
  OpenFamily(Family family, OptionalInt scoring, int shuffle) {
    this.family = family;
    this.shuffle = shuffle;
    this.baseConfig = config(family.base());
    this.base = CheckpointFolder.open(family.base());
    try {
      for (Family.Task task : family.tasks()) {
        open(task, scoring, shuffle);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(Family.Task task, OptionalInt scoring, int shuffle) {
    ModelConfig config = config(task.expert());
    Checkpoint checkpoint = CheckpointFolder.open(task.expert());
    try {
      Model model =
          ModelFamilies.build(
              new ModelSource(config, new CheckpointWeights(checkpoint)), Optional.empty());
      Examples examples = new Examples(task, model, config, scoring, shuffle, family.testLimit());
      experts.add(new Expert(task.name(), checkpoint, config, examples));
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private static ModelConfig config(Path folder) {
    return ConfigFile.read(folder.resolve(ConfigFile.NAME)).values();
  }

  Family family() {
    return family;
  }

  /** Returns the seed of the order of few-shot examples. */
  int shuffle() {
    return shuffle;
  }

  /** Returns what tells how good a candidate is. */
  Family.Measure measure() {
    boolean classifies = experts.getFirst().examples().kind() == Targets.Kind.CLASS;
    return classifies ? Family.Measure.RELATIVE_ACCURACY : Family.Measure.RECOVERED_GAIN;
  }

  Checkpoint base() {
    return base;
  }

  /** Returns the experts in the family's order. */
  List<Expert> experts() {
    return experts;
  }

  /** Returns the expert that follows another, the first after the last. */
  Expert after(Expert expert) {
    return experts.get((experts.indexOf(expert) + 1) % experts.size());
  }

  /**
   * Returns the model that weights of the base's architecture make for a task: with the expert's
   * head, if that has tensors that the base lacks.
   */
  Model model(Checkpoint weights, Expert task) {
    boolean ownHead =
        task.checkpoint().tensors().stream().anyMatch(t -> base.find(t.name()).isEmpty());
    return ModelFamilies.build(
        new ModelSource(baseConfig, new CheckpointWeights(weights)),
        ownHead
            ? Optional.of(new ModelSource(task.config(), new CheckpointWeights(task.checkpoint())))
            : Optional.empty());
  }

  @Override
  public void close() {
    base.close();
    experts.forEach(expert -> expert.checkpoint().close());
  }
}
