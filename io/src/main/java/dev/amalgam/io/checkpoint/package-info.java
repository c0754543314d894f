/**
 * Models as folders of safetensors files: {@link dev.amalgam.io.checkpoint.CheckpointFolder} reads
 * one, {@link dev.amalgam.io.checkpoint.CheckpointWriter} writes one that a {@link
 * dev.amalgam.io.checkpoint.ShardLayout} has divided into files.
 */
package dev.amalgam.io.checkpoint;
