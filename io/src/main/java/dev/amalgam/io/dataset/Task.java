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
 */
public record Task(
    Targets.Kind kind, int vocabulary, ClassNames classes, int maxLength, int textLength) {}
