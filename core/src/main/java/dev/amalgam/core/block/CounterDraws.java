package dev.amalgam.core.block;

import dev.amalgam.core.kernel.DeltaKernels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Draws of a counter-based generator ({@link DeltaKernels#draw SplitMix64}): the draw of an element
 * depends on seed, tensor name, expert number and element alone, so that blocks can be drawn in any
 * order.
 */
public final class CounterDraws implements Draws {

  private final DeltaKernels kernels;
  private final long key;

  /**
   * Creates the draws of one tensor of one expert.
   *
   * @param kernels the loops to use
   * @param seed the user's seed
   * @param tensor the tensor's name
   * @param expert the expert's number in the recipe, from 0
   */
  public CounterDraws(DeltaKernels kernels, long seed, String tensor, int expert) {
    this.kernels = kernels;
    this.key = key(seed, tensor, expert);
  }

  // The first eight bytes of a SHA-256: streams of different keys are unrelated.
  private static long key(long seed, String tensor, int expert) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(12).putLong(seed).putInt(expert).flip());
      return ByteBuffer.wrap(digest.digest(tensor.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void fill(long first, int[] into, int count) {
    if (first % 2 == 0) {
      kernels.draw(key, first, into, count);
    } else if (count > 0) {
      // A row of odd length starts in the middle of a word.
      int[] word = new int[2];
      kernels.draw(key, first - 1, word, 2);
      int[] rest = new int[count - 1];
      kernels.draw(key, first + 1, rest, count - 1);
      into[0] = word[1];
      System.arraycopy(rest, 0, into, 1, count - 1);
    }
  }
}
