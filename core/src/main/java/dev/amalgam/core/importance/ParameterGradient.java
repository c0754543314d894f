package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.States;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The gradient of a parameter tensor, for one example, made of what a backward pass shows. That of
 * a matrix comes a stripe of rows at a time, and is never kept.
 */
public final class ParameterGradient {

  private static final int STRIPE_ELEMENTS = 1 << 20;

  private ParameterGradient() {}

  /** Is given rows of a gradient. */
  public interface Stripes {
    /**
     * Takes rows {@code first} and following, which are overwritten after the call.
     *
     * @param rows compact
     */
    void take(int first, States rows);
  }

  /**
   * Checks that a batch is of one example.
   *
   * @param starts where examples start
   * @throws IllegalArgumentException if there are more
   */
  public static void checkOneExample(int[] starts) {
    if (starts.length != 2) {
      throw new IllegalArgumentException("gradients of elements are of one example at a time");
    }
  }

  /** Hands out the gradient of the weight of a product, ascending rows in stripes. */
  public static void ofProduct(
      boolean inputsFirst, States x, States dy, Engine engine, Stripes stripes) {
    States rows = inputsFirst ? x : dy;
    States columns = inputsFirst ? dy : x;
    int width = columns.width();
    int stripe = Math.clamp(STRIPE_ELEMENTS / Math.max(1, width), 1, rows.width());
    int mark = engine.memory().mark();
    States gradient = engine.memory().states(stripe, width);
    for (int first = 0; first < rows.width(); first += stripe) {
      int count = Math.min(stripe, rows.width() - first);
      engine
          .products()
          .multiply(
              rows.columns(first, count).matrix().transposed(),
              columns.matrix(),
              gradient.data(),
              0,
              width,
              false);
      stripes.take(first, gradient.rows(0, count));
    }
    engine.memory().release(mark);
  }

  /** Returns the gradient of a bias, in float64. */
  public static double[] ofShift(States dy, int[] starts, Engine engine) {
    return LineSums.of(dy, starts, engine)[0];
  }

  /** Returns the gradient of a weight that is multiplied element by element, in float64. */
  public static double[] ofScale(States x, States dy, int[] starts, Engine engine) {
    return LineSums.ofProducts(dy, x, starts, engine)[0];
  }

  /** Returns the rows of a table's gradient that are not zero, in float64, by their numbers. */
  public static SortedMap<Integer, double[]> ofLookup(int[] indexes, States dy) {
    SortedMap<Integer, double[]> gradients = new TreeMap<>();
    for (int row = 0; row < dy.rows(); row++) {
      double[] gradient = gradients.computeIfAbsent(indexes[row], _ -> new double[dy.width()]);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += dy.data()[dy.at(row) + i];
      }
    }
    return gradients;
  }
}
