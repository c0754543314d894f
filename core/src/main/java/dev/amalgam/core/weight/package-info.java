/**
 * The parameters of a model as float32, whatever they are stored as and wherever: read by range
 * when they are needed, never kept.
 */
package dev.amalgam.core.weight;
