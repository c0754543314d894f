package dev.amalgam.core.evidence;

import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Notes of how far a long computation is, so that a second run of it goes on there. */
public interface Journal {

  /** Returns the last notes of the same computation, if there are any. */
  Optional<Map<String, float[]>> last();

  /** Notes how far it is, in place of earlier notes. */
  void keep(SequencedMap<String, float[]> notes);
}
