package dev.amalgam.core.layer;

/** Of which loss gradients are taken. */
public enum LossScale {
  /** The mean over all targets of the batch, as transformers has it. */
  MEAN_OF_TARGETS {
    @Override
    float factor(Targets targets, int example) {
      return 1f / targets.count();
    }
  },
  /**
   * The sum over examples of each example's mean over its targets: what a visitor is shown of an
   * example's rows is then the gradient of that example's own loss.
   */
  MEAN_OF_EACH_EXAMPLE {
    @Override
    float factor(Targets targets, int example) {
      return 1f / (targets.starts()[example + 1] - targets.starts()[example]);
    }
  };

  /** Returns by what the gradients of an example's targets are multiplied. */
  abstract float factor(Targets targets, int example);
}
