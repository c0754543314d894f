/**
 * The building blocks of transformers. A layer turns states into states and, when asked to, gives
 * the function that takes the loss's gradient back through it; that function shows a {@link
 * dev.amalgam.core.layer.GradientVisitor} everything from which gradients of parameters follow.
 * Weights are read while they are used; no gradient of a parameter is stored here.
 */
package dev.amalgam.core.layer;
