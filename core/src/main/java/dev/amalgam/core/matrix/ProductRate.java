package dev.amalgam.core.matrix;

/** How fast products are on these threads, measured. */
public final class ProductRate {

  private static final int ROWS = 128;
  private static final int SIDE = 512;
  private static final int SMALL = 64;
  private static final int ROUNDS = 5;
  // The loops may have to be compiled first.
  private static final int STEADY = 40;
  private static final double FASTER = 0.9;
  private static final long MOST_NANOS = 1_500_000_000;

  private ProductRate() {}

  /**
   * Returns the floating point operations per second of the fastest of a few products of 128 x 512
   * and 512 x 512 entries. Takes a tenth of a second, or up to two while loops are compiled.
   */
  public static double measure(MatrixProducts products) {
    long begun = System.nanoTime();
    long fastest = Long.MAX_VALUE;
    int since = 0;
    while (since < STEADY && System.nanoTime() - begun < MOST_NANOS) {
      long nanos = nanos(products, SMALL, SMALL);
      since = nanos < FASTER * fastest ? 0 : since + 1;
      fastest = Math.min(fastest, nanos);
    }
    fastest = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      fastest = Math.min(fastest, nanos(products, ROWS, SIDE));
    }
    return 2e9 * ROWS * SIDE * SIDE / fastest;
  }

  private static long nanos(MatrixProducts products, int rows, int side) {
    DenseMatrix a = DenseMatrix.of(new float[rows * side], rows, side);
    DenseMatrix b = DenseMatrix.of(new float[side * side], side, side);
    float[] c = new float[rows * side];
    long start = System.nanoTime();
    products.multiply(a, b, c, 0, side, false);
    return Math.max(1, System.nanoTime() - start);
  }
}
