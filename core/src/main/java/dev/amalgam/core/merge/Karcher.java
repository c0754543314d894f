package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import java.util.Arrays;
import java.util.List;

/**
 * The Riemannian (Karcher) mean of the models' directions on the unit sphere, at their mean length.
 * Each tensor is one vector, {@code u = x/‖x‖}. From the normalised arithmetic mean of the
 * directions, at most {@code max_iter} times:
 *
 * <pre>
 * T = mean of θ/sin θ · (u − cos θ·m),  θ the angle between u and m
 * stop where ‖T‖ &lt; tol
 * m = cos‖T‖·m + sin‖T‖·T/‖T‖, normalised
 * </pre>
 *
 * and the result is {@code m} times the mean of all {@code ‖x‖}. All of this happens in the span of
 * the models, so that the iteration runs on coefficients and needs the inner products only.
 *
 * <p>A zero tensor has no direction and counts in the mean length alone. Where the arithmetic mean
 * vanishes (opposite models), the iteration starts from the first direction; a direction opposite
 * to m pulls nowhere.
 *
 * <p>Karcher, "Riemannian center of mass and mollifier smoothing", Communications on Pure and
 * Applied Mathematics 30, 1977.
 */
final class Karcher implements MergeMethod {

  private static final Parameter<Integer> MAX_ITER =
      Parameter.count("max_iter", 1, 100_000, 10, "the most steps of the iteration");
  private static final Parameter<Double> TOL =
      Parameter.fraction(
          Parameter.Scope.RECIPE, "tol", 1e-5, "the length of a step that ends the iteration");

  private static final double VANISHED = 1e-8;
  private static final double LEAST_SINE = 1e-8;

  @Override
  public String name() {
    return "karcher";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.NONE;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(MAX_ITER, TOL);
  }

  @Override
  public void checkExperts(int experts) {
    if (experts < 2) {
      throw new RecipeException(
          "merge_method karcher merges at least two models, but the recipe lists " + experts);
    }
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    int most = MAX_ITER.of(task);
    double tolerance = TOL.of(task);
    return SpanMerge.ofTensor(
        task.experts().size(), false, products -> coefficients(most, tolerance, products));
  }

  private static double[] coefficients(int most, double tolerance, double[][] products) {
    Directions directions = Directions.of(products);
    int count = directions.count();
    double length = 0;
    int nonZero = 0;
    for (int i = 0; i < count; i++) {
      length += directions.length(i) / count;
      nonZero += directions.length(i) == 0 ? 0 : 1;
    }
    double[] mean = new double[count];
    if (nonZero > 0) {
      mean = start(directions);
      for (int i = 0; i < most && step(directions, nonZero, tolerance, mean); i++) {}
    }
    for (int i = 0; i < count; i++) {
      mean[i] *= length * directions.inverseLength(i);
    }
    return mean;
  }

  private static double[] start(Directions directions) {
    double[] mean = new double[directions.count()];
    Arrays.fill(mean, 1.0 / mean.length);
    if (directions.norm(mean) < VANISHED) {
      Arrays.fill(mean, 0);
      int first = 0;
      while (directions.length(first) == 0) {
        first++;
      }
      mean[first] = 1;
    }
    normalize(directions, mean);
    return mean;
  }

  // Moves the mean; returns false where it is near enough to stay.
  private static boolean step(Directions directions, int nonZero, double tolerance, double[] mean) {
    double[] tangent = new double[mean.length];
    double along = 0;
    for (int i = 0; i < mean.length; i++) {
      if (directions.length(i) != 0) {
        double cosine = Math.clamp(directions.project(i, mean), -1, 1);
        double pull = pull(cosine) / nonZero;
        tangent[i] = pull;
        along += pull * cosine;
      }
    }
    for (int i = 0; i < mean.length; i++) {
      tangent[i] -= along * mean[i];
    }
    double norm = directions.norm(tangent);
    if (norm < tolerance || norm == 0) {
      return false;
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] = StrictMath.cos(norm) * mean[i] + StrictMath.sin(norm) / norm * tangent[i];
    }
    normalize(directions, mean);
    return true;
  }

  // θ/sin θ, which is 1 at no angle and without a limit at 180°.
  private static double pull(double cosine) {
    double angle = StrictMath.acos(cosine);
    double sine = StrictMath.sin(angle);
    return sine < LEAST_SINE ? (cosine > 0 ? 1 : 0) : angle / sine;
  }

  private static void normalize(Directions directions, double[] mean) {
    double norm = directions.norm(mean);
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= norm;
    }
  }
}
