package dev.amalgam.core.evidence;

/**
 * Mean losses on the examples of a task, in nats.
 *
 * @param base the base's
 * @param expert the expert's
 */
public record TaskLoss(double base, double expert) {

  /** Returns what fine-tuning gained: the loss that the expert saves. */
  public double gain() {
    return base - expert;
  }
}
