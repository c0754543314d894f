package dev.amalgam.core.decomposition;

/**
 * Sums of multiples of float64 rows. Each entry is added up in the order of the rows, whatever the
 * range, so that no result depends on how columns are shared out.
 */
public final class LinearCombination {

  // So many rows are read for each time that the sums are.
  private static final int AT_ONCE = 8;

  private LinearCombination() {}

  /**
   * Adds to {@code sums[c]}, for each column c from {@code low} to {@code high − 1}, {@code sign ·
   * factors[at + k] · rows[first + k][c]} for k from 0 to {@code count − 1}, rounded after each
   * product and after each sum.
   *
   * @param sums none of the rows
   */
  public static void add(
      double[] sums,
      int low,
      int high,
      double sign,
      double[] factors,
      int at,
      double[][] rows,
      int first,
      int count) {
    int k = 0;
    for (; k + AT_ONCE <= count; k += AT_ONCE) {
      addEight(sums, low, high, sign, factors, at + k, rows, first + k);
    }
    for (; k < count; k++) {
      double factor = sign * factors[at + k];
      double[] row = rows[first + k];
      for (int c = low; c < high; c++) {
        sums[c] += factor * row[c];
      }
    }
  }

  private static void addEight(
      double[] sums,
      int low,
      int high,
      double sign,
      double[] factors,
      int at,
      double[][] rows,
      int first) {
    double f0 = sign * factors[at];
    double f1 = sign * factors[at + 1];
    double f2 = sign * factors[at + 2];
    double f3 = sign * factors[at + 3];
    double f4 = sign * factors[at + 4];
    double f5 = sign * factors[at + 5];
    double f6 = sign * factors[at + 6];
    double f7 = sign * factors[at + 7];
    double[] r0 = rows[first];
    double[] r1 = rows[first + 1];
    double[] r2 = rows[first + 2];
    double[] r3 = rows[first + 3];
    double[] r4 = rows[first + 4];
    double[] r5 = rows[first + 5];
    double[] r6 = rows[first + 6];
    double[] r7 = rows[first + 7];
    for (int c = low; c < high; c++) {
      double sum = sums[c];
      sum += f0 * r0[c];
      sum += f1 * r1[c];
      sum += f2 * r2[c];
      sum += f3 * r3[c];
      sum += f4 * r4[c];
      sum += f5 * r5[c];
      sum += f6 * r6[c];
      sum += f7 * r7[c];
      sums[c] = sum;
    }
  }
}
