package dev.amalgam.core.merge;

/** Uniform 32-bit draws for the elements of one tensor of one expert; safe for several threads. */
public interface Draws {

  /**
   * Fills {@code into[0 .. count)} with the draws of elements {@code first}, {@code first + 1}, …
   *
   * @param first the first element's place in the tensor
   */
  void fill(long first, int[] into, int count);

  /** Returns the unsigned threshold below which a draw falls with probability {@code p}. */
  static int threshold(double p) {
    double scaled = Math.ceil(p * 0x1p32);
    return (int) (long) Math.clamp(scaled, 0, 0x1p32 - 1);
  }
}
