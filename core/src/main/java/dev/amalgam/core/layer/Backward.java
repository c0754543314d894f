package dev.amalgam.core.layer;

/** Takes the gradient of the loss back through a layer. To be called once. */
public interface Backward {

  /**
   * Returns the gradient at the layer's input, having shown the visitor what concerns the layer's
   * parameters.
   *
   * @param gradient the loss's gradient at the layer's output, which is left as it is
   */
  States apply(States gradient, GradientVisitor visitor);
}
