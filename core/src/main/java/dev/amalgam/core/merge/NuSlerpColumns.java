package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.tensor.Shape;
import java.util.Optional;

/**
 * NuSLERP of columns: the vectors run along the first dimension, and what is held of the whole
 * tensor is a few numbers for each of them. Sums over a column are float64 and run down the column
 * in each block, then over the blocks.
 */
final class NuSlerpColumns implements TensorMerge, TensorMerge.Scan {

  private static final int PRODUCTS = 3;

  private final double t;
  private final long columns;
  private final boolean ofOneEntry;
  private final ColumnSums sums;
  private float[] first;
  private float[] second;

  NuSlerpColumns(double t, Shape shape) {
    this.t = t;
    long rows = shape.dimension(0);
    this.columns = rows == 0 ? 0 : shape.elements() / rows;
    // Vectors of one entry are parallel or opposite, unless one is zero; nothing need be gathered.
    this.ofOneEntry = rows <= 1;
    this.sums = ofOneEntry ? null : new ColumnSums(columns, PRODUCTS);
  }

  @Override
  public Optional<Scan> nextScan() {
    return ofOneEntry || first != null ? Optional.empty() : Optional.of(this);
  }

  @Override
  public void visit(Block block) {
    Deltas.take(block, 2);
    float[] a = block.expert(0);
    float[] b = block.expert(1);
    ColumnSums.Part part = sums.start(block);
    double[][] products = part.sums();
    for (int i = 0, column = 0; i < block.length(); i++) {
      products[0][column] += (double) a[i] * a[i];
      products[1][column] += (double) a[i] * b[i];
      products[2][column] += (double) b[i] * b[i];
      column = column + 1 == part.width() ? 0 : column + 1;
    }
    sums.add(block, part);
  }

  @Override
  public void finish() {
    double[][] products = sums.totals();
    float[] ofFirst = new float[(int) columns];
    float[] ofSecond = new float[(int) columns];
    for (int i = 0; i < ofFirst.length; i++) {
      SphericalPair pair = SphericalPair.of(t, products[0][i], products[1][i], products[2][i]);
      ofFirst[i] = (float) pair.first();
      ofSecond[i] = (float) pair.second();
    }
    first = ofFirst;
    second = ofSecond;
  }

  @Override
  public void merge(Block block, float[] out) {
    Deltas.take(block, 2);
    float[] a = block.expert(0);
    float[] b = block.expert(1);
    if (ofOneEntry) {
      mergeEntries(a, b, block.length(), out);
    } else {
      int column = (int) (block.start() % columns);
      for (int i = 0; i < block.length(); i++) {
        out[i] = first[column] * a[i] + second[column] * b[i];
        column = column + 1 == columns ? 0 : column + 1;
      }
    }
    Elementwise.add(out, block.base(), block.length());
  }

  private void mergeEntries(float[] a, float[] b, int count, float[] out) {
    SphericalPair parallel = SphericalPair.of(t, 1, 1, 1);
    SphericalPair apart = SphericalPair.of(t, 1, 0, 1);
    for (int i = 0; i < count; i++) {
      SphericalPair pair = a[i] == 0 || b[i] == 0 ? apart : parallel;
      out[i] = (float) pair.first() * a[i] + (float) pair.second() * b[i];
    }
  }
}
