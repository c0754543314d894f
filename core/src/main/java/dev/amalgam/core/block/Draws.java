package dev.amalgam.core.block;

/** Uniform 32-bit draws for the elements of one tensor of one expert; safe for several threads. */
public interface Draws {

  /**
   * Fills {@code into[0 .. count)} with the draws of elements {@code first}, {@code first + 1}, …
   *
   * @param first the first element's place in the tensor
   */
  void fill(long first, int[] into, int count);
}
