package dev.amalgam.core.model;

import dev.amalgam.core.layer.Layer;

/**
 * A transformer layer of attention and a feed-forward network.
 *
 * @param arrangement how the two stand among norms and residual connections
 * @param norm which norms these are
 * @param attention the attention
 * @param mlp the feed-forward network
 */
public record BlockForm(
    Arrangement arrangement, NormForm norm, AttentionForm attention, MlpForm mlp)
    implements LayerForm {

  @Override
  public Layer make(int index, int hidden, ModelWeights weights) {
    return arrangement.around(
        attention.make(index, hidden, weights),
        mlp.make(hidden, weights),
        name -> norm.make(name, hidden, weights));
  }
}
