package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.GatedMlp;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Sequence;
import java.util.List;

/** The feed-forward network of a block; a family may bring one of its own. */
public interface MlpForm {

  /**
   * Returns the layer.
   *
   * @param hidden the width of the hidden states
   * @param weights the block's tensors
   * @throws dev.amalgam.core.layer.ModelException if a tensor is missing or of another shape
   */
  Layer make(int hidden, ModelWeights weights);

  /**
   * {@code down(f(gate(x)) ⊙ up(x))} (Shazeer, arXiv 2002.05202).
   *
   * @param gate the map whose result goes through f
   * @param up the map that is gated
   * @param down the map back
   * @param width between the maps
   * @param function f
   */
  record Gated(
      LinearForm gate, LinearForm up, LinearForm down, int width, ActivationFunction function)
      implements MlpForm {

    /** Returns the same with biases in all maps, or in none. */
    public Gated withBias(boolean present) {
      return new Gated(
          gate.withBias(present), up.withBias(present), down.withBias(present), width, function);
    }

    /** Returns a network of another width, of tensors of which the names start otherwise. */
    public Gated under(String name, int otherWidth) {
      return new Gated(gate.under(name), up.under(name), down.under(name), otherWidth, function);
    }

    @Override
    public Layer make(int hidden, ModelWeights weights) {
      return new GatedMlp(
          List.of(gate.make(hidden, width, weights), up.make(hidden, width, weights)),
          down.make(width, hidden, weights),
          function);
    }
  }

  /**
   * The same with one map for gate and up side by side: Phi-3, GLM-4.
   *
   * @param gateAndUp the map, its first half the gate's
   * @param down the map back
   * @param width between the maps
   * @param function f
   */
  record GatedByOneMap(
      LinearForm gateAndUp, LinearForm down, int width, ActivationFunction function)
      implements MlpForm {
    @Override
    public Layer make(int hidden, ModelWeights weights) {
      return new GatedMlp(
          List.of(gateAndUp.make(hidden, Math.multiplyExact(2, width), weights)),
          down.make(width, hidden, weights),
          function);
    }
  }

  /**
   * {@code down(f(up(x)))}.
   *
   * @param up the first map
   * @param down the map back
   * @param width between the maps
   * @param function f
   */
  record Plain(LinearForm up, LinearForm down, int width, ActivationFunction function)
      implements MlpForm {
    @Override
    public Layer make(int hidden, ModelWeights weights) {
      return Sequence.of(
          up.make(hidden, width, weights),
          new Activation(function),
          down.make(width, hidden, weights));
    }
  }
}
