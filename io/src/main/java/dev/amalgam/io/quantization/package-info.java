/** Quantized models: which can be read, and as what. */
package dev.amalgam.io.quantization;
