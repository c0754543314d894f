/** Examples on disk: JSON lines of text, and tokens in safetensors files. */
package dev.amalgam.io.dataset;
