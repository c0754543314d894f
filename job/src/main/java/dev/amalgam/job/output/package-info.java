/** The folder that a merge writes: whole or absent, with all that makes tensors a model. */
package dev.amalgam.job.output;
