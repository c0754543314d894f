package dev.amalgam.core.run;

import dev.amalgam.core.tensor.TensorInfo;
import java.util.function.DoubleConsumer;

/**
 * Tells how far a tensor is whose blocks may have to wait until something is settled: that counts
 * for half of its bytes, in so far as it tells of itself.
 */
final class SettlingProgress implements DoubleConsumer {

  private final long bytes;
  private final ProgressListener progress;
  private long settled;

  SettlingProgress(TensorInfo output, ProgressListener progress) {
    this.bytes = output.bytes();
    this.progress = progress;
  }

  /** Takes in what share has been settled. */
  @Override
  public void accept(double share) {
    long now = Math.max(settled, (long) (Math.min(1, share) * (bytes / 2)));
    progress.advanced(now - settled);
    settled = now;
  }

  /** Takes in that a part of the tensor has been merged; from any thread. */
  void merged(long from, long count) {
    progress.advanced(rest(from + count) - rest(from));
  }

  /** Returns what of the bytes that settling left belongs to the first of the tensor's. */
  private long rest(long first) {
    return settled == 0 ? first : (long) ((double) (bytes - settled) * first / bytes);
  }
}
