package dev.amalgam.core.merge;

import dev.amalgam.core.block.Draws;
import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * One tensor to merge: everything but the data.
 *
 * @param tensor the output tensor's name
 * @param shape the shape that all inputs share
 * @param parameters the recipe-wide parameters
 * @param experts the parameters of each expert, in recipe order
 * @param draws the random draws of each expert, in recipe order
 * @param calibration what importance says of the models, for methods that ask for it; absent while
 *     planning
 */
public record MergeTask(
    String tensor,
    Shape shape,
    ParameterValues parameters,
    List<ParameterValues> experts,
    List<Draws> draws,
    Optional<Calibration> calibration) {

  /** Copies the lists. */
  public MergeTask {
    experts = List.copyOf(experts);
    draws = List.copyOf(draws);
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
