package dev.amalgam.job.stage;

import dev.amalgam.core.tensor.TensorInfo;

/** A tensor of a stage's result that is merged, and so must be made before it is read. */
record StageTensor(StageResult stage, TensorInfo tensor) {}
