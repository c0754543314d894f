package dev.amalgam.core.model;

import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Parallel;
import dev.amalgam.core.layer.SigmoidGate;

/**
 * A mixture of experts, and a network that works on all tokens beside it, each token's times {@code
 * σ(gate(x))}.
 *
 * @param mixture the mixture
 * @param shared the network
 * @param gate the map to one logit
 */
public record SharedExpertForm(MlpForm mixture, MlpForm shared, LinearForm gate)
    implements MlpForm {

  @Override
  public Layer make(int hidden, ModelWeights weights) {
    return Parallel.of(
        mixture.make(hidden, weights),
        new SigmoidGate(gate.make(hidden, 1, weights), shared.make(hidden, weights)));
  }
}
