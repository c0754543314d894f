package dev.amalgam.core.layer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Which experts of mixtures tokens have chosen so far. An expert that none has chosen has no
 * gradient, and no example tells anything of it. For the thread that runs models.
 */
public final class ExpertUse {

  private record Mixture(int experts, BitSet chosen) {}

  private final Map<String, Mixture> mixtures = new HashMap<>();

  /** Knows no mixture yet. */
  ExpertUse() {}

  /**
   * Takes in what was chosen.
   *
   * @param router the name of the router's tensor
   * @param experts how many experts it has
   */
  void add(String router, int experts, Routes routes) {
    BitSet chosen =
        mixtures.computeIfAbsent(router, _ -> new Mixture(experts, new BitSet())).chosen();
    for (int expert : routes.experts()) {
      chosen.set(expert);
    }
  }

  /** Returns the number of experts of all mixtures that have run. */
  public int experts() {
    return mixtures.values().stream().mapToInt(Mixture::experts).sum();
  }

  /** Returns how many of them no token has chosen. */
  public int unchosen() {
    return experts() - mixtures.values().stream().mapToInt(m -> m.chosen().cardinality()).sum();
  }
}
