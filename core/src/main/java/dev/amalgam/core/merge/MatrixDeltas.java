package dev.amalgam.core.merge;

/** The deltas of a matrix, gathered whole in float32, each with a factor. */
final class MatrixDeltas {

  private final float[] factors;
  private final MatrixLayout layout;
  // Rows as they are stored.
  private final float[][][] rows;

  /** Starts without a row. */
  MatrixDeltas(float[] factors, MatrixLayout layout) {
    this.factors = factors;
    this.layout = layout;
    int stored = layout.transposed() ? layout.columns() : layout.rows();
    this.rows = new float[factors.length][stored][];
  }

  /** Returns how many there are. */
  int count() {
    return factors.length;
  }

  /** Returns how all of them are laid out. */
  MatrixLayout layout() {
    return layout;
  }

  /** Returns the bytes that all of them take. */
  long bytes() {
    return Float.BYTES * count() * layout.entries();
  }

  /** Keeps a row of a delta as it is stored; from any thread. */
  void put(int expert, int row, float[] entries) {
    rows[expert][row] = entries;
  }

  /** Returns one times its factor, laid out. It can be taken once, and is kept no longer. */
  double[][] take(int expert) {
    float[][] stored = rows[expert];
    rows[expert] = null;
    double factor = factors[expert];
    double[][] delta = new double[layout.rows()][layout.columns()];
    for (int i = 0; i < stored.length; i++) {
      float[] row = stored[i];
      for (int j = 0; j < row.length; j++) {
        if (layout.transposed()) {
          delta[j][i] = factor * row[j];
        } else {
          delta[i][j] = factor * row[j];
        }
      }
    }
    return delta;
  }
}
