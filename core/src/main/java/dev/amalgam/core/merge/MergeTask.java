package dev.amalgam.core.merge;

import dev.amalgam.core.block.Draws;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * One tensor to merge: everything but the data.
 *
 * @param tensor the output tensor's name
 * @param shape the shape that all inputs share
 * @param parameters the recipe-wide parameters
 * @param experts the parameters of each expert, in recipe order
 * @param draws the random draws of each expert, in recipe order
 */
public record MergeTask(
    String tensor,
    Shape shape,
    ParameterValues parameters,
    List<ParameterValues> experts,
    List<Draws> draws) {

  /** Copies the lists. */
  public MergeTask {
    experts = List.copyOf(experts);
    draws = List.copyOf(draws);
  }

  /** Returns the same with other values of some recipe-wide parameters. */
  public MergeTask with(Map<String, Setting.Scalar> changed) {
    return new MergeTask(tensor, shape, parameters.with(changed), experts, draws);
  }

  /** Returns a numeric parameter of each expert, rounded to float32. */
  public float[] expertNumbers(Parameter<Double> parameter) {
    float[] numbers = new float[experts.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = parameter.of(this, i).floatValue();
    }
    return numbers;
  }
}
