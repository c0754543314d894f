/**
 * Models as folders of files: {@link dev.amalgam.io.checkpoint.CheckpointFolder} reads safetensors,
 * {@link dev.amalgam.io.checkpoint.OutputFormats} are those in which models are written.
 */
package dev.amalgam.io.checkpoint;
