package dev.amalgam.core.model;

import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.InputVisitor;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.LayerNorm;
import dev.amalgam.core.layer.ParameterVisitor;
import dev.amalgam.core.layer.RmsNorm;
import dev.amalgam.core.weight.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A transformer, its weights unread.
 *
 * @param embedding makes the first states
 * @param layers the transformer layers, each of which turns states into the next
 * @param head makes predictions of the last states
 * @param maxPositions the most tokens of a sequence that the model was made for
 */
public record Model(Embedding embedding, List<Layer> layers, Head head, int maxPositions) {

  /** Copies the list. */
  public Model {
    layers = List.copyOf(layers);
  }

  /** Returns every parameter tensor once, in the order in which the model uses them. */
  public List<ModelParameter> parameters() {
    Map<String, ModelParameter> parameters = new LinkedHashMap<>();
    embedding.parameters((weight, _, _) -> put(parameters, weight, false, "embedding", -1));
    for (int i = 0; i < layers.size(); i++) {
      int index = i;
      String name = "layers." + i;
      layers
          .get(i)
          .parameters(
              ParameterVisitor.Module.MLP,
              (weight, module, inputsFirst) ->
                  parameters.putIfAbsent(
                      weight.name(),
                      new ModelParameter(
                          weight,
                          inputsFirst,
                          name,
                          name + "." + module.name().toLowerCase(Locale.ROOT),
                          index)));
    }
    boolean norm = head.transform() instanceof RmsNorm || head.transform() instanceof LayerNorm;
    String transform = norm ? "final_norm" : "head";
    int end = layers.size();
    head.transform()
        .parameters(
            ParameterVisitor.Module.MLP,
            (weight, _, inputsFirst) -> put(parameters, weight, inputsFirst, transform, end));
    head.map()
        .ifPresent(
            decoder ->
                decoder.parameters(
                    ParameterVisitor.Module.MLP,
                    (weight, _, inputsFirst) -> put(parameters, weight, inputsFirst, "head", end)));
    return List.copyOf(parameters.values());
  }

  /** Shows on what the parameters work, in the order of a forward pass. */
  public void inputs(InputVisitor visitor) {
    embedding.inputs(visitor);
    layers.forEach(layer -> layer.inputs(visitor));
    head.inputs(visitor);
  }

  private static void put(
      Map<String, ModelParameter> parameters,
      Weight weight,
      boolean inputsFirst,
      String group,
      int firstLayer) {
    parameters.putIfAbsent(
        weight.name(), new ModelParameter(weight, inputsFirst, group, group, firstLayer));
  }
}
