package dev.amalgam.core.repair;

import dev.amalgam.core.importance.ParameterGradient;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.weight.EntryMask;
import dev.amalgam.core.weight.LineCoefficients;
import dev.amalgam.core.weight.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Adds up the gradients of coefficients from what a backward pass through a merged model shows.
 * With G the gradient of a weight, that of an expert's row i is {@code Σ_j G_ij·Δ_ij}, and that of
 * its column j {@code Σ_i G_ij·Δ_ij}: minus the scores of the rows and columns of its delta there.
 *
 * <p>G is made once for all experts, a stripe of rows at a time, in float32; sums over it are
 * float64, in an order that depends on shapes alone.
 */
final class CoefficientGradient implements GradientVisitor {

  private static final int ROWS = 32;

  private final MergedModel merged;
  private final Engine engine;
  private final double[] sums;

  /** Begins with zeros. */
  CoefficientGradient(MergedModel merged, Engine engine) {
    this.merged = merged;
    this.engine = engine;
    this.sums = new double[merged.coefficients().values().length];
  }

  /** Returns the sums, laid out as the coefficients are. */
  double[] sums() {
    return sums;
  }

  /** Sets all sums to zero. */
  void clear() {
    Arrays.fill(sums, 0);
  }

  /** A tensor's deltas, and where their coefficients are. */
  private record Tensor(
      Weight base, List<Weight> experts, List<LineCoefficients> at, Optional<EntryMask> mask) {
    int columns() {
      return at.getFirst().columns();
    }
  }

  private Optional<Tensor> tensor(String name) {
    List<Weight> experts = new ArrayList<>();
    List<LineCoefficients> at = new ArrayList<>();
    for (int e = 0; e < merged.experts().size(); e++) {
      Optional<LineCoefficients> own = merged.coefficients().of(name, e);
      Optional<Weight> expert = merged.experts().get(e).weights().expert().find(name);
      if (own.isPresent() && expert.isPresent()) {
        experts.add(expert.get());
        at.add(own.get());
      }
    }
    return experts.isEmpty()
        ? Optional.empty()
        : merged
            .experts()
            .getFirst()
            .weights()
            .base()
            .find(name)
            .map(
                base ->
                    new Tensor(base, experts, at, Optional.ofNullable(merged.masks().get(name))));
  }

  @Override
  public void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts) {
    tensor(weight.name())
        .ifPresent(
            tensor ->
                ParameterGradient.ofProduct(
                    inputsFirst,
                    x,
                    dy,
                    engine,
                    (first, rows) -> {
                      int before = Math.toIntExact(weight.firstElement() / rows.width());
                      stripe(tensor, before + first, rows);
                    }));
  }

  private void stripe(Tensor tensor, int first, States rows) {
    int pieces = Math.ceilDiv(rows.rows(), ROWS);
    double[][][] columns = new double[pieces][][];
    double[][][] lines = new double[pieces][][];
    engine
        .workers()
        .run(
            pieces,
            (scratch, piece) -> {
              int from = piece * ROWS;
              int to = Math.min(rows.rows(), from + ROWS);
              columns[piece] = new double[tensor.experts().size()][tensor.columns()];
              lines[piece] = new double[tensor.experts().size()][to - from];
              for (int row = from; row < to; row++) {
                row(
                    tensor,
                    first + row,
                    rows.data(),
                    rows.at(row),
                    rows.width(),
                    scratch,
                    lines[piece],
                    row - from,
                    columns[piece]);
              }
            });
    for (int piece = 0; piece < pieces; piece++) {
      for (int row = 0; row < lines[piece][0].length; row++) {
        long entry = (long) (first + piece * ROWS + row) * rows.width();
        for (int e = 0; e < lines[piece].length; e++) {
          addRow(tensor.at().get(e), entry, lines[piece][e][row]);
        }
      }
      for (int e = 0; e < columns[piece].length; e++) {
        addColumns(tensor.at().get(e), columns[piece][e]);
      }
    }
  }

  private void addRow(LineCoefficients at, long entry, double value) {
    if (at.rows() > 0) {
      sums[at.rowAt() + (int) (entry / at.rowSpan())] += value;
    }
  }

  private void addColumns(LineCoefficients at, double[] values) {
    for (int j = 0; j < values.length; j++) {
      sums[at.columnAt() + j] += values[j];
    }
  }

  /** Adds a row of G times each delta's row to sums over the row, and to those of the columns. */
  private static void row(
      Tensor tensor,
      int row,
      float[] g,
      int at,
      int width,
      Scratch scratch,
      double[][] lines,
      int line,
      double[][] columns) {
    long entry = (long) row * width;
    tensor.mask().ifPresent(mask -> mask.clear(entry, width, g, at));
    float[] base = scratch.spare(0, width);
    float[] delta = scratch.spare(1, width);
    scratch.read(tensor.base(), entry, width, base, 0);
    for (int e = 0; e < tensor.experts().size(); e++) {
      scratch.read(tensor.experts().get(e), entry, width, delta, 0);
      for (int j = 0; j < width; j++) {
        delta[j] = g[at + j] * (delta[j] - base[j]);
      }
      lines[e][line] = sum(delta, width);
      if (columns[e].length > 0) {
        double[] own = columns[e];
        for (int j = 0; j < width; j++) {
          own[j] += delta[j];
        }
      }
    }
  }

  /** Returns the sum of the first entries: entry j is added to sum j mod 4, and these in order. */
  private static double sum(float[] x, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int j = 0;
    for (; j + 3 < count; j += 4) {
      a += x[j];
      b += x[j + 1];
      c += x[j + 2];
      d += x[j + 3];
    }
    for (; j < count; j++) {
      a += x[j];
    }
    return a + b + c + d;
  }

  @Override
  public void shift(Weight weight, States dy, int[] starts) {
    tensor(weight.name())
        .ifPresent(t -> vector(t, ParameterGradient.ofShift(dy, whole(dy), engine)));
  }

  @Override
  public void scale(Weight weight, States x, States dy, int[] starts) {
    tensor(weight.name())
        .ifPresent(t -> vector(t, ParameterGradient.ofScale(x, dy, whole(dy), engine)));
  }

  private static int[] whole(States states) {
    return new int[] {0, states.rows()};
  }

  private void vector(Tensor tensor, double[] gradient) {
    float[] g = new float[gradient.length];
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) gradient[i];
    }
    tensor.mask().ifPresent(mask -> mask.clear(0, g.length, g, 0));
    float[] base = engine.values(tensor.base());
    for (int e = 0; e < tensor.experts().size(); e++) {
      float[] values = engine.values(tensor.experts().get(e));
      for (int i = 0; i < g.length; i++) {
        addRow(tensor.at().get(e), i, (double) g[i] * (values[i] - base[i]));
      }
    }
  }

  @Override
  public void lookup(Weight weight, int[] indexes, States dy, int[] starts) {
    tensor(weight.name())
        .ifPresent(
            tensor -> {
              int width = dy.width();
              double[][] columns = new double[tensor.experts().size()][tensor.columns()];
              double[][] line = new double[tensor.experts().size()][1];
              float[] g = new float[width];
              engine
                  .workers()
                  .run(
                      1,
                      (scratch, _) ->
                          ParameterGradient.ofLookup(indexes, dy)
                              .forEach(
                                  (row, gradient) -> {
                                    for (int j = 0; j < width; j++) {
                                      g[j] = (float) gradient[j];
                                    }
                                    row(tensor, row, g, 0, width, scratch, line, 0, columns);
                                    for (int e = 0; e < line.length; e++) {
                                      addRow(tensor.at().get(e), (long) row * width, line[e][0]);
                                    }
                                  }));
              for (int e = 0; e < columns.length; e++) {
                addColumns(tensor.at().get(e), columns[e]);
              }
            });
  }
}
