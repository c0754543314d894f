package dev.amalgam.core.plan;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;

/**
 * A tensor of an input.
 *
 * @param checkpoint the checkpoint that holds it
 * @param tensor what its header says
 */
public record TensorSource(Checkpoint checkpoint, TensorInfo tensor) {}
