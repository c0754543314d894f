package dev.amalgam.core.merge;

import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Tensors to merge, for tests. */
public final class Tasks {

  private static final long SEED = 11;

  private Tasks() {}

  /**
   * Returns a task; what the settings leave open has its default.
   *
   * @param recipeWide numbers, words or booleans
   * @param experts the same for each expert
   */
  public static MergeTask task(
      MergeMethod method, Shape shape, Map<String, ?> recipeWide, List<Map<String, ?>> experts) {
    List<ParameterValues> ofExperts = new ArrayList<>();
    List<Draws> draws = new ArrayList<>();
    for (Map<String, ?> expert : experts) {
      draws.add(new CounterDraws(Kernels.get().delta(), SEED, "tensor", draws.size()));
      ofExperts.add(values(method, Parameter.Scope.MODEL, expert));
    }
    return new MergeTask(
        "tensor", shape, values(method, Parameter.Scope.RECIPE, recipeWide), ofExperts, draws);
  }

  private static ParameterValues values(
      MergeMethod method, Parameter.Scope scope, Map<String, ?> set) {
    Map<String, Setting.Scalar> values = new HashMap<>();
    for (Parameter<?> parameter : method.parameters()) {
      if (parameter.scope() == scope) {
        Object value = set.get(parameter.name());
        values.put(
            parameter.name(),
            value == null
                ? parameter.fallback().orElseThrow()
                : parameter.domain().accept(setting(value)).orElseThrow());
      }
    }
    return new ParameterValues(values);
  }

  private static Setting.Scalar setting(Object value) {
    return value instanceof Number number
        ? new Setting.Number(number.doubleValue())
        : new Setting.Word(value.toString());
  }

  public static float[] gaussian(int count, long seed) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (0.02 * random.nextGaussian());
    }
    return x;
  }

  /** Returns the array with −0 made +0, which tests do not tell apart. */
  public static float[] unsignedZeros(float[] x) {
    float[] y = x.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] += 0f;
    }
    return y;
  }
}
