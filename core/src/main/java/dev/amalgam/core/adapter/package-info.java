/**
 * Low-rank adapters (LoRA, Hu et al., arXiv 2106.09685): their deltas, added to a model's weights
 * while these are read.
 */
package dev.amalgam.core.adapter;
