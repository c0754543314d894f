package dev.amalgam.core.model;

import dev.amalgam.core.weight.Weights;

/**
 * What a model is made of.
 *
 * @param config its config
 * @param weights its tensors
 */
public record ModelSource(ModelConfig config, Weights weights) {}
