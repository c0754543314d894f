package dev.amalgam.core.layer;

/**
 * What a batch should make of a model: what another model, its teacher, makes of it. The loss is
 * the sum of three terms, each with its factor:
 *
 * <ul>
 *   <li>the Kullback–Leibler divergence of the model's prediction from the teacher's, {@code Σ
 *       p·(log p − log q)} with p the teacher's, in nats, summed over the {@linkplain
 *       Targets#taught targets}, of several classes the mean of each one's, and of numbers the mean
 *       square of their differences;
 *   <li>the squares of the differences of the last states, summed over all tokens and units;
 *   <li>those of what the head's transform makes of them, summed over the targets and units.
 * </ul>
 *
 * <p>A teacher's states are kept and not its logits: its head makes these again, to the same bits,
 * and a state takes a small part of the room.
 *
 * @param teacher the teacher's head
 * @param states the teacher's last states, a row for each token of the batch
 * @param prediction the factor of a target's divergence; 0 to leave predictions alone
 * @param state the factor of a square of the last states
 * @param pooled the factor of a square of what the transform makes of them
 */
public record Distillation(
    Head teacher, States states, float prediction, float state, float pooled) {

  /**
   * The loss, and what a backward pass goes on with.
   *
   * @param loss the loss, summed in float64
   * @param gradient its gradient at the last states
   */
  public record Gradients(double loss, States gradient) {}
}
