package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.Optional;

/**
 * A merge whose result lies in the span of its inputs: {@code Σ c·x}, or {@code b + Σ c·d} with the
 * deltas from the base. The coefficients depend on the inputs' norms and angles alone, so that one
 * scan for {@link InnerProducts} settles them, however much is computed from these.
 */
final class SpanMerge {

  /** The most elements that are held whole. */
  static final long LONGEST_ROW = 1 << 28;

  private SpanMerge() {}

  /** How the coefficients of the inputs follow from their inner products. */
  interface Coefficients {
    double[] of(double[][] products);
  }

  /** Returns the merge that takes the whole tensor as one vector. */
  static TensorMerge ofTensor(int experts, boolean deltas, Coefficients coefficients) {
    return new OfTensor(experts, deltas, coefficients);
  }

  /**
   * Returns the merge that takes every row (last dimension) as a vector; a tensor of one dimension
   * is one row.
   *
   * @throws RecipeException if rows are too long to be held whole
   */
  static TensorMerge ofRows(Shape shape, int experts, boolean deltas, Coefficients coefficients) {
    if (shape.rank() < 2 || shape.elements() == 0) {
      return ofTensor(experts, deltas, coefficients);
    }
    long row = shape.rowLength();
    checkRow(row);
    return new OfRows((int) row, experts, deltas, coefficients);
  }

  /**
   * Checks that rows can be held whole.
   *
   * @throws RecipeException if they are too long
   */
  static void checkRow(long row) {
    if (row > LONGEST_ROW) {
      throw new RecipeException("rows of " + row + " elements are too long to be held whole");
    }
  }

  private static final class OfTensor implements TensorMerge, TensorMerge.Scan {
    private final int experts;
    private final boolean deltas;
    private final Coefficients coefficients;
    private final InnerProducts products;
    private double[] factors;

    OfTensor(int experts, boolean deltas, Coefficients coefficients) {
      this.experts = experts;
      this.deltas = deltas;
      this.coefficients = coefficients;
      this.products = new InnerProducts(experts);
    }

    @Override
    public Optional<Scan> nextScan() {
      return factors == null ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void visit(Block block) {
      if (deltas) {
        Deltas.take(block, experts);
      }
      products.add(block);
    }

    @Override
    public void finish() {
      factors = coefficients.of(products.totals());
    }

    @Override
    public void merge(Block block, float[] out) {
      if (deltas) {
        Deltas.take(block, experts);
      }
      combine(block, factors, 0, block.length(), out);
      if (deltas) {
        Elementwise.add(out, block.base(), block.length());
      }
    }
  }

  private record OfRows(int row, int experts, boolean deltas, Coefficients coefficients)
      implements TensorMerge {

    @Override
    public long unit() {
      return row;
    }

    @Override
    public void merge(Block block, float[] out) {
      if (deltas) {
        Deltas.take(block, experts);
      }
      for (int start = 0; start < block.length(); start += row) {
        double[][] products = InnerProducts.of(block, experts, start, row);
        combine(block, coefficients.of(products), start, row, out);
      }
      if (deltas) {
        Elementwise.add(out, block.base(), block.length());
      }
    }
  }

  private static void combine(Block block, double[] factors, int from, int count, float[] out) {
    float first = (float) factors[0];
    float[] x = block.expert(0);
    for (int i = from; i < from + count; i++) {
      out[i] = first * x[i];
    }
    for (int k = 1; k < factors.length; k++) {
      float factor = (float) factors[k];
      float[] y = block.expert(k);
      for (int i = from; i < from + count; i++) {
        out[i] += factor * y[i];
      }
    }
  }
}
