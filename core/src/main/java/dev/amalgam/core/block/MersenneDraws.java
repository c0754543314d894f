package dev.amalgam.core.block;

import dev.amalgam.core.kernel.MersenneTwister;

/**
 * Draws of mergekit's masks: PyTorch's MT19937 stream, of which each uniform float32 takes the
 * lower 24 bits. They stand in the upper bits here, so that comparing with {@link
 * dev.amalgam.core.kernel.DeltaKernels#threshold} decides as {@code torch.bernoulli} does.
 */
public final class MersenneDraws implements Draws {

  private static final int LEAST_STRIDE = 1 << 15;
  private static final int MOST_SNAPSHOTS = 2048;

  private final MersenneTwister[] snapshots;
  private final long stride;

  /**
   * Creates the draws of one tensor of one expert and moves the stream past them.
   *
   * @param stream the stream, at the tensor's first draw; afterwards at the first behind the tensor
   * @param elements the number of elements of the tensor
   */
  public MersenneDraws(MersenneTwister stream, long elements) {
    stride = Math.max(LEAST_STRIDE, Math.ceilDiv(elements, MOST_SNAPSHOTS));
    snapshots = new MersenneTwister[Math.toIntExact(Math.ceilDiv(elements, stride))];
    for (int i = 0; i < snapshots.length; i++) {
      snapshots[i] = stream.copy();
      stream.skip(Math.min(stride, elements - i * stride));
    }
  }

  @Override
  public void fill(long first, int[] into, int count) {
    if (count == 0) {
      return;
    }
    MersenneTwister twister = snapshots[Math.toIntExact(first / stride)].copy();
    twister.skip(first % stride);
    twister.fill(into, count);
    for (int i = 0; i < count; i++) {
      into[i] <<= 8;
    }
  }
}
