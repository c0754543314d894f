/** Weights stored as codes and scales, worked out while they are read. */
package dev.amalgam.core.quantization;
