package dev.amalgam.core.importance;

import java.util.Map;
import java.util.Set;

/** The importance of the partitions of an expert's delta. */
public interface ImportanceScores {

  /** Returns the partitions. */
  Partitions partitions();

  /** Returns the names that have importance: tensors, or groups of tensors. */
  default Set<String> names() {
    return partitions().names();
  }

  /** Returns how many values a name has: one for each of its partitions. */
  long count(String name);

  /** Reads the importance of partitions {@code from} to {@code from + count − 1} of a name. */
  void read(String name, long from, int count, float[] target);

  /**
   * Returns for each name, and each example in order, the signed score of all its elements:
   * positive where the delta helps.
   */
  Map<String, double[]> exampleScores();

  /** Returns the loss of each example before (the base) and after (the expert). */
  Losses losses();

  /**
   * Losses of examples, in order.
   *
   * @param base under the base
   * @param expert under the expert
   */
  record Losses(double[] base, double[] expert) {}
}
