package dev.amalgam.core.adapter;

import dev.amalgam.core.matrix.Scratch;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The factors of the tensors that were read last, in memory. Readers go through a model tensor by
 * tensor, in many small pieces each, several threads at once.
 */
final class FactorCache {

  private static final int MOST = 4;

  private final Map<String, LowRankDelta.Factors> byTensor =
      new LinkedHashMap<>(2 * MOST, 0.75f, true);

  /** Returns the most bytes that the factors of any of these deltas take at once. */
  static long most(Collection<LowRankDelta> deltas) {
    return deltas.stream()
        .map(LowRankDelta::bytes)
        .sorted(Comparator.reverseOrder())
        // One more is read before another is let go by those who use it.
        .limit(MOST + 1)
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Returns the factors of a tensor's delta. */
  synchronized LowRankDelta.Factors get(String tensor, LowRankDelta delta, Scratch scratch) {
    LowRankDelta.Factors factors = byTensor.get(tensor);
    if (factors == null) {
      if (byTensor.size() == MOST) {
        byTensor.remove(byTensor.keySet().iterator().next());
      }
      factors = delta.load(scratch);
      byTensor.put(tensor, factors);
    }
    return factors;
  }
}
