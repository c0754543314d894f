package dev.amalgam.core.block;

/** Uniform 32-bit draws for the elements of one tensor of one expert; safe for several threads. */
public interface Draws {

  /** Refuses to draw: there is nothing to draw for before a merge runs. */
  Draws NONE =
      (first, into, count) -> {
        throw new IllegalStateException("nothing is drawn before a merge runs");
      };

  /**
   * Fills {@code into[0 .. count)} with the draws of elements {@code first}, {@code first + 1}, …
   *
   * @param first the first element's place in the tensor
   */
  void fill(long first, int[] into, int count);
}
