package dev.amalgam.core.kernel;

/**
 * The element-wise loops of delta merging that a compiler does not vectorise by itself, because
 * they choose between values. All work on {@code [0 .. count)} of their arrays. The twins give
 * equal bits.
 */
public interface DeltaKernels {

  /**
   * Keeps the entries whose magnitude lies in a band and zeroes (+0) the others: entry {@code x} is
   * kept if {@code low < bits(|x|) <= high}, both compared as integers, which orders magnitudes as
   * floats are ordered.
   *
   * @param low bits of a non-negative float, or −1 for no lower bound
   * @param high bits of a non-negative float, or {@link Integer#MAX_VALUE} for no upper bound
   */
  void keepBand(float[] x, int count, int low, int high);

  /**
   * Keeps entry i where {@code draws[i] < threshold}, both unsigned, and zeroes (+0) the others.
   *
   * @param draws 32 uniform bits for each entry
   * @param threshold the keep probability times 2³², as an unsigned number
   */
  void keepDrawn(float[] x, int count, int[] draws, int threshold);

  /**
   * Adds entry i to {@code sum[i]} and {@code weight} to {@code divisor[i]} where its sign agrees
   * with {@code majority[i]}: positive entries where the majority is ≥ 0, negative ones where it is
   * below. Zero and NaN entries never count.
   */
  void addAgreeing(
      float[] x, float weight, float[] majority, float[] sum, float[] divisor, int count);

  /** Divides entry i by {@code divisor[i]}, or leaves it as it is where the divisor is zero. */
  void divideByNonZero(float[] x, float[] divisor, int count);

  /** Returns how many entries have the magnitude of these bits: {@code bits(|x|) == bits}. */
  int countMagnitude(float[] x, int count, int bits);

  /** Returns how many of {@code x[0 .. count)} are less than {@code bound}. */
  int countBelow(int[] x, int count, int bound);

  /**
   * Fills {@code draws[0 .. count)} with the 32-bit draws number {@code first}, {@code first + 1},
   * … of the stream {@code key}: draw 2w is the lower half and draw 2w+1 the upper half of word w,
   * and word w is SplitMix64's output for state {@code key + (w + 1)·0x9E3779B97F4A7C15} (Steele,
   * Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
   *
   * @param first even
   */
  void draw(long key, long first, int[] draws, int count);

  /** Returns the unsigned threshold below which a draw falls with probability {@code p}. */
  static int threshold(double p) {
    double scaled = Math.ceil(p * 0x1p32);
    return (int) (long) Math.clamp(scaled, 0, 0x1p32 - 1);
  }
}
