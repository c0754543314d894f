/** Adapters of low rank, made from what fine-tuning changed. */
package dev.amalgam.job.extract;
