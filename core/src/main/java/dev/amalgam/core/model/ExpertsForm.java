package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.GatedMlp;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.WeightRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a model stores the experts of a layer: gated networks, all of one width. */
public sealed interface ExpertsForm {

  /**
   * The size of a layer's experts.
   *
   * @param count how many there are
   * @param width between the maps of each
   * @param function f of its gate
   */
  record Size(int count, int width, ActivationFunction function) {}

  /** Returns whether a tensor of the first expert is stored so. */
  boolean isStored(ModelWeights weights);

  /**
   * Returns the experts, by their numbers.
   *
   * @param hidden the width of the states
   * @throws dev.amalgam.core.layer.ModelException if a tensor is missing or of another shape
   */
  List<Layer> make(Size size, int hidden, ModelWeights weights);

  /**
   * Three tensors an expert, {@code name.N.gate.weight} and so on.
   *
   * @param name what their names start with, before the number
   * @param gate the name of the map whose result goes through f
   * @param up that of the map that is gated
   * @param down that of the map back
   */
  record Apart(String name, String gate, String up, String down) implements ExpertsForm {

    @Override
    public boolean isStored(ModelWeights weights) {
      return weights.has(name + ".0." + gate + ".weight");
    }

    @Override
    public List<Layer> make(Size size, int hidden, ModelWeights weights) {
      // Not sized beforehand: a damaged config may count two billion experts.
      List<Layer> experts = new ArrayList<>();
      for (int i = 0; i < size.count(); i++) {
        MlpForm.Gated form =
            new MlpForm.Gated(
                LinearForm.of(gate),
                LinearForm.of(up),
                LinearForm.of(down),
                size.width(),
                size.function());
        experts.add(form.make(hidden, weights.under(name + "." + i + ".")));
      }
      return experts;
    }
  }

  /**
   * Two tensors for all experts: of shape [experts, 2·width, hidden], each expert's gate before its
   * map that is gated, and of shape [experts, hidden, width].
   *
   * @param gateUp the full name of the first
   * @param down that of the second
   */
  record Stacked(String gateUp, String down) implements ExpertsForm {

    @Override
    public boolean isStored(ModelWeights weights) {
      return weights.has(gateUp);
    }

    @Override
    public List<Layer> make(Size size, int hidden, ModelWeights weights) {
      int width = size.width();
      Weight gatesAndUps = weights.find(gateUp, size.count(), 2L * width, hidden);
      Weight downs = weights.find(down, size.count(), hidden, width);
      List<Layer> experts = new ArrayList<>();
      for (int i = 0; i < size.count(); i++) {
        int row = Math.multiplyExact(2 * width, i);
        experts.add(
            new GatedMlp(
                List.of(
                    rows(gatesAndUps, row, width),
                    rows(gatesAndUps, Math.addExact(row, width), width)),
                rows(downs, Math.multiplyExact(hidden, i), hidden),
                size.function()));
      }
      return experts;
    }

    private static Linear rows(Weight tensor, int first, int count) {
      return new Linear(new WeightRows(tensor, first, count), Optional.empty(), false);
    }
  }
}
