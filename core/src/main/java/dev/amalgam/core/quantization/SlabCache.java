package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.Checkpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/** The slabs that were read last, for all threads. */
final class SlabCache {

  private static final int SLABS = 2;

  /** About the bytes that slabs take. */
  static final long BYTES = (SLABS + 1) * Slab.MOST_BYTES;

  private final Map<Slab.Place, Slab> latest = new LinkedHashMap<>(4, 0.75f, true);

  /** Returns a slab. Threads that work side by side want the same one, so they wait for it. */
  synchronized Slab get(Checkpoint stored, MicroscaledTensor tensor, Slab.Place place) {
    Slab kept = latest.get(place);
    if (kept != null) {
      return kept;
    }
    if (latest.size() == SLABS) {
      latest.remove(latest.keySet().iterator().next());
    }
    Slab slab = Slab.read(stored, tensor, place);
    latest.put(place, slab);
    return slab;
  }
}
