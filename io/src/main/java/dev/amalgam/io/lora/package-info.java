/**
 * Low-rank adapters (LoRA, Hu et al., arXiv 2106.09685) in the files of PEFT: read as part of a
 * model, and made from a fine-tuned one.
 */
package dev.amalgam.io.lora;
