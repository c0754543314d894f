package dev.amalgam.bench.study;

import dev.amalgam.core.tensor.Checkpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How well the base and the experts do, which is what candidates are measured by. */
final class References {

  /** The base and the expert on the same examples. */
  record Reference(Score base, Score expert) {}

  private record Key(String task, Split split) {}

  private final OpenFamily family;
  private final Map<Key, Reference> references = new HashMap<>();

  References(OpenFamily family, Scores scores, CsvLog log) {
    this.family = family;
    for (OpenFamily.Expert expert : family.experts()) {
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        Score base =
            log.reference(
                family,
                "base",
                expert.name(),
                split,
                () -> score(family.base(), expert, split, scores));
        Score own =
            log.reference(
                family,
                "expert",
                expert.name(),
                split,
                () -> score(expert.checkpoint(), expert, split, scores));
        references.put(new Key(expert.name(), split), new Reference(base, own));
      }
    }
  }

  private Score score(Checkpoint weights, OpenFamily.Expert task, Split split, Scores scores) {
    return scores.of(family.model(weights, task), task.examples().of(split));
  }

  Reference of(OpenFamily.Expert task, Split split) {
    return references.get(new Key(task.name(), split));
  }

  /** Returns the measure by which settings are chosen, as {@code merge_method: apl} does. */
  double onValidation(OpenFamily.Expert task, Score candidate) {
    Reference reference = of(task, Split.VALIDATION);
    return Family.Measure.RECOVERED_GAIN.of(candidate, reference.base(), reference.expert());
  }

  /** Returns the measure that is reported. */
  double onTest(OpenFamily.Expert task, Score candidate) {
    Reference reference = of(task, Split.TEST);
    return family.measure().of(candidate, reference.base(), reference.expert());
  }
}
