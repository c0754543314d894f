package dev.amalgam.core.importance;

/**
 * To which partition each element of a tensor belongs: element e to partition {@code (e / inner)
 * mod count}.
 *
 * @param key what the partitions are called together: a tensor, or a group of tensors
 * @param count how many partitions there are
 * @param inner how many consecutive elements belong to one
 */
public record Partitioning(String key, long count, long inner) {

  /** Returns the number of the partition of an element. */
  public long of(long element) {
    return element / inner % count;
  }

  /** Returns how many of a tensor's elements belong to each partition. */
  public long size(long elements) {
    return elements / count;
  }
}
