package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.LossScale;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * What is asked of a model on examples. Labels say what is right; where there are none, a teacher
 * does, see {@link TeacherDistance}. The loss of an example is the mean over its targets.
 */
public interface ExampleLoss {

  /** The cross-entropy of the labels. */
  ExampleLoss CROSS_ENTROPY =
      new ExampleLoss() {
        @Override
        public Losses of(ModelRunner runner, Batch batch) {
          return runner.losses(batch);
        }

        @Override
        public Losses resume(ModelRunner runner, Batch batch, int layer, States input) {
          return runner.resume(batch, layer, input);
        }

        @Override
        public double[] gradients(
            ModelRunner runner, Batch batch, long room, GradientVisitor visitor) {
          return runner.gradients(batch, LossScale.MEAN_OF_EACH_EXAMPLE, room, visitor).means();
        }
      };

  /**
   * Returns what is asked of models on an expert's examples: what their labels say, or, if they
   * have none, what the expert says.
   *
   * @param expert heard by the listener that its runner has
   * @param memory where its states are kept
   */
  static ExampleLoss of(ModelRunner expert, List<Batch> batches, SegmentAllocator memory) {
    return batches.stream().allMatch(batch -> areLabelled(expert.model(), batch.examples()))
        ? CROSS_ENTROPY
        : new TeacherDistance(expert, memory);
  }

  /** Returns whether each example says what is right of something that the model predicts. */
  static boolean areLabelled(Model model, List<Example> examples) {
    Targets.Kind kind = model.head().kind();
    return examples.stream().allMatch(kind::hasLabel);
  }

  /** Returns the losses of the targets of a batch. */
  Losses of(ModelRunner runner, Batch batch);

  /** Returns the same, given {@linkplain ModelRunner#resume what enters a layer}. */
  Losses resume(ModelRunner runner, Batch batch, int layer, States input);

  /**
   * Returns the loss of each example, and shows a visitor everything from which the gradients of
   * the parameters follow: those of an example's rows are of that example's own loss.
   *
   * @param room the bytes that states which are kept may take
   */
  double[] gradients(ModelRunner runner, Batch batch, long room, GradientVisitor visitor);
}
