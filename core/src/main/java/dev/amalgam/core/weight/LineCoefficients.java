package dev.amalgam.core.weight;

/**
 * A coefficient for each entry of a tensor: entry e has {@code values[rowAt + e / rowSpan]}, plus
 * {@code values[columnAt + e mod columns]} if there are columns.
 *
 * @param values the array, not copied: what changes there, changes here
 * @param rowAt where the coefficients of rows are
 * @param rowSpan the entries of a row: 1 for a coefficient of each entry, the length of the tensor
 *     for one of all
 * @param rows the number of rows that have one; 0 if none has
 * @param columnAt where those of columns are
 * @param columns the number of columns that have one; 0 if none has
 */
public record LineCoefficients(
    float[] values, int rowAt, long rowSpan, int rows, int columnAt, int columns) {

  /** Returns whether all are zero. */
  public boolean areZero() {
    return areZero(rowAt, rows) && areZero(columnAt, columns);
  }

  private boolean areZero(int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (values[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Adds the coefficients of entries {@code from} to {@code from + count − 1} times {@code x[0 ..
   * count)} to {@code sums[at .. at + count)}: a product and a sum, each rounded to float32.
   */
  public void addTimes(float[] x, long from, int count, float[] sums, int at) {
    long cut = columns > 0 ? columns : rowSpan;
    int run;
    for (int i = 0; i < count; i += run) {
      long entry = from + i;
      run = (int) Math.min(count - i, cut - entry % cut);
      float ofRow = rows > 0 ? values[rowAt + (int) (entry / rowSpan)] : 0;
      if (columns > 0) {
        int column = columnAt + (int) (entry % columns);
        for (int k = 0; k < run; k++) {
          sums[at + i + k] += (ofRow + values[column + k]) * x[i + k];
        }
      } else {
        for (int k = 0; k < run; k++) {
          sums[at + i + k] += ofRow * x[i + k];
        }
      }
    }
  }
}
