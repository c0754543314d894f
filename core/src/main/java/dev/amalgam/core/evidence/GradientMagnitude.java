package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.ExampleLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.Model;
import java.util.List;
import java.util.Optional;

/**
 * For each parameter the mean over examples of the magnitude of the gradient of the example's loss,
 * at the base: times a change of the parameter it is the size of the first-order effect of that
 * change. A table has its tensor's name and shape.
 *
 * @param teacher who says what is right, if labels do not
 */
public record GradientMagnitude(Optional<Model> teacher) implements ElementStatistic {

  /** Returns the statistic for the examples of an expert's task. */
  public static GradientMagnitude of(Expert expert, List<Example> examples) {
    Model own = expert.at(1);
    return new GradientMagnitude(
        ExampleLoss.areLabelled(own, examples) ? Optional.empty() : Optional.of(own));
  }

  @Override
  public String name() {
    return teacher.isEmpty() ? "gradient-magnitude" : "gradient-magnitude-of-divergence";
  }

  @Override
  public float at() {
    return 0;
  }

  @Override
  public void reduce(float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      gradient[i] = Math.abs(gradient[i]);
    }
  }
}
