/**
 * Tensors as data: element types, shapes, named tensors, and the two doors that storage implements,
 * {@link dev.amalgam.core.tensor.Checkpoint} to read and {@link
 * dev.amalgam.core.tensor.CheckpointSink} to write.
 */
package dev.amalgam.core.tensor;
