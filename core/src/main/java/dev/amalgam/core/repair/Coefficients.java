package dev.amalgam.core.repair;

import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.LineCoefficients;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The coefficients of the experts' deltas: for each tensor and expert one for each row and one for
 * each column, or fewer. All of them lie in one array, so that they can be moved together.
 */
public final class Coefficients {

  /** What has a coefficient of its own. */
  public enum Level {
    /** Each row and each column of a matrix, each entry of a vector. */
    ROW_AND_COLUMN,
    /** What writes one hidden unit: a row of a matrix, an entry of a vector. */
    ROW,
    /** Each tensor. */
    TENSOR
  }

  /**
   * Where a tensor's are.
   *
   * @param at where the first is
   * @param rowSpan how many entries share one of a row
   * @param rows how many rows have one
   * @param columns how many columns have one
   */
  private record Part(int at, long rowSpan, int rows, int columns) {
    int size() {
      return rows + columns;
    }
  }

  private final int experts;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final float[] values;

  /**
   * Creates coefficients of zero.
   *
   * @param tensors those that have coefficients
   * @param experts how many experts there are
   * @throws ArithmeticException if there are more than an array can hold
   */
  public Coefficients(Iterable<ModelParameter> tensors, Level level, int experts) {
    this.experts = experts;
    int at = 0;
    for (ModelParameter tensor : tensors) {
      Part part = part(tensor, level, at);
      parts.put(tensor.name(), part);
      at = Math.addExact(at, Math.multiplyExact(experts, part.size()));
    }
    this.values = new float[at];
  }

  private static Part part(ModelParameter tensor, Level level, int at) {
    Shape shape = tensor.weight().shape();
    long elements = shape.elements();
    if (level == Level.TENSOR || elements == 0) {
      return new Part(at, Math.max(1, elements), 1, 0);
    }
    if (shape.rank() < 2) {
      return new Part(at, 1, Math.toIntExact(elements), 0);
    }
    int length = Math.toIntExact(shape.rowLength());
    int rows = Math.toIntExact(elements / length);
    boolean byRow = level == Level.ROW_AND_COLUMN || !tensor.inputsFirst();
    boolean byColumn = level == Level.ROW_AND_COLUMN || tensor.inputsFirst();
    return new Part(at, length, byRow ? rows : 0, byColumn ? length : 0);
  }

  /** Returns the names of the tensors that have coefficients. */
  public Set<String> tensors() {
    return parts.keySet();
  }

  /** Returns all values, the array itself. */
  public float[] values() {
    return values;
  }

  /**
   * Returns a tensor's coefficients of an expert, as they are and will be; nothing if it has none.
   */
  public Optional<LineCoefficients> of(String tensor, int expert) {
    return Optional.ofNullable(parts.get(tensor))
        .map(
            part -> {
              int at = part.at() + expert * part.size();
              return new LineCoefficients(
                  values, at, part.rowSpan(), part.rows(), at + part.rows(), part.columns());
            });
  }

  /** Gives all of a tensor's coefficients of each expert one value, if it has any. */
  public void fill(String tensor, float[] ofExperts) {
    Part part = parts.get(tensor);
    for (int e = 0; part != null && e < experts; e++) {
      int from = part.at() + e * part.size();
      Arrays.fill(values, from, from + part.size(), ofExperts[e]);
    }
  }

  /** Returns how many experts there are. */
  public int experts() {
    return experts;
  }
}
