/**
 * Transformers made of layers: one class a family that reads a config and finds the tensors, and
 * the runner that walks a model forward and backward, one layer after the other.
 */
package dev.amalgam.core.model;
