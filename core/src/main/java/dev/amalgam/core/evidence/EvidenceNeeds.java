package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.ImportanceSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a merge method will ask of models and examples, known before any of them is read.
 *
 * @param sources the files that the recipe names, for each expert
 * @param examples the most examples of a task
 * @param maxLength the most tokens of an example; if absent, what the model was made for
 * @param importance the importance of deltas that is asked for, if any is
 * @param labels whether examples must say what is right; without, an expert says it
 * @param interference whether importance is asked for of each delta on every task
 * @param judging what examples behind the others are for, if there is anything
 */
public record EvidenceNeeds(
    List<Sources> sources,
    int examples,
    OptionalInt maxLength,
    Optional<ImportanceSettings> importance,
    boolean labels,
    boolean interference,
    Optional<Judging> judging) {

  /** Copies the lists. */
  public EvidenceNeeds {
    sources = List.copyOf(sources);
  }

  /**
   * What examples judge from which no evidence is gathered.
   *
   * @param what what they judge and why, as a sentence without its end: {@code lambda is auto, and
   *     is chosen by examples}
   * @param otherwise what to do without them: {@code write a value}
   * @param share of all examples, between 0 and 1
   */
  public record Judging(String what, String otherwise, double share) {}

  /**
   * The files that a recipe names for an expert.
   *
   * @param examples those of its task
   * @param importance scores that were worked out before
   */
  public record Sources(Optional<String> examples, Optional<String> importance) {}
}
