package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A fine-tuned model, the base that it was made from, and the config by which either runs.
 *
 * @param weights its tensors and the base's
 * @param config the expert's config
 */
public record Expert(FineTuned weights, ModelConfig config) {

  /**
   * Returns the model with a share of each delta: 0 is the base (with the expert's task head, if it
   * has one of its own), 1 the expert.
   *
   * @throws dev.amalgam.core.AmalgamException if the tensors do not make a model
   */
  public Model at(float fraction) {
    return with(weights.at(fraction));
  }

  /**
   * Returns the same delta on another expert's task: with the config and the task head of that
   * expert, of the same base. At 0 it is that expert's base, whosever delta it is.
   *
   * @param task the expert whose task it is
   */
  public Expert on(Expert task) {
    Weights base = weights.base();
    Weights own = weights.expert();
    Weights moved =
        task.weights()
            .expert()
            .mapped(
                (tensor, ofTask) ->
                    base.find(tensor)
                        .map(before -> own.find(tensor).orElse(before))
                        .orElse(ofTask));
    return new Expert(new FineTuned(base, moved), task.config());
  }

  /** Returns the model that other tensors make. */
  Model with(Weights tensors) {
    return ModelFamilies.build(new ModelSource(config, tensors), Optional.empty());
  }

  /** Returns the last part of the name of the expert's tensors: mostly its folder's. */
  public String shortName() {
    String name = weights.expert().name();
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** Returns the partitions of the delta at a level. */
  public Partitions partitions(Level level) {
    return new Partitions(level, at(1).parameters(), weights);
  }

  /** Returns the loss of each example under a model. */
  static double[] losses(
      Model model,
      List<Batch> batches,
      ExampleLoss loss,
      Engine engine,
      ModelRunner.LayerListener listener) {
    ModelRunner runner = new ModelRunner(model, engine, listener);
    return batches.stream()
        .flatMapToDouble(batch -> Arrays.stream(loss.of(runner, batch).means()))
        .toArray();
  }
}
