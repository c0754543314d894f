package dev.amalgam.core.plan;

import dev.amalgam.core.tensor.Checkpoint;

/**
 * Where a layer of a stacked model comes from; what its config says of single layers comes from
 * there too.
 *
 * @param model the model that the slice takes after: the base if it is merged there, else the first
 *     source
 * @param layer the number of the layer in that model
 * @param layers the number of layers of that model
 */
public record LayerOrigin(Checkpoint model, int layer, int layers) {}
