package dev.amalgam.io.dataset;

import dev.amalgam.core.layer.Targets;

/**
 * What a model does, which decides what examples it can be given.
 *
 * @param kind what it predicts
 * @param vocabulary the number of tokens that it knows
 * @param classes the names of its classes; those of no use to a language model
 * @param maxLength the most tokens that an example may have
 * @param textLength how many tokens of a text are kept, no more than {@code maxLength}
 * @param lowerCase whether texts are put in lower case first
 * @param needsLabels whether examples must say what is right
 */
public record Task(
    Targets.Kind kind,
    int vocabulary,
    ClassNames classes,
    int maxLength,
    int textLength,
    boolean lowerCase,
    boolean needsLabels) {

  /** Creates the task of a model that is given texts as they are. */
  public Task(
      Targets.Kind kind, int vocabulary, ClassNames classes, int maxLength, int textLength) {
    this(kind, vocabulary, classes, maxLength, textLength, false, true);
  }

  /** Returns the same task, whose examples need not say what is right. */
  public Task withoutLabels() {
    return new Task(kind, vocabulary, classes, maxLength, textLength, lowerCase, false);
  }
}
