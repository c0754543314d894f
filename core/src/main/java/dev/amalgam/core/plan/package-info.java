/**
 * Resolves a recipe against the headers of its checkpoints: every tensor of the output, where it
 * comes from and with which parameters, so that every mistake shows before a byte is written.
 */
package dev.amalgam.core.plan;
