package dev.amalgam.core.evidence;

import dev.amalgam.core.layer.InputVisitor;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.WeightRows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** On what a parameter tensor works, and in which table of {@link InputGram} that is gathered. */
public sealed interface ParameterInput {

  /** Returns the name of the table: that of the first tensor that works on the same. */
  String table();

  /**
   * The weight of a linear map.
   *
   * @param table the table of what it works on
   * @param map the map
   * @param size the number of values that the tables' second moments are of, the appended 1
   *     included where a map has a bias
   */
  record Matrix(String table, Linear map, int size) implements ParameterInput {

    /** Returns the number of values that this map works on: its inputs, and 1 if it has a bias. */
    public int own() {
      return map.inputs() + (map.bias().isPresent() ? 1 : 0);
    }
  }

  /**
   * The bias of a linear map, which works on the 1 that is appended to the inputs of its weight.
   *
   * @param weight what the weight works on
   */
  record Bias(Matrix weight) implements ParameterInput {
    @Override
    public String table() {
      return weight.table();
    }
  }

  /**
   * The weight of a norm.
   *
   * @param table the table of what it works on
   * @param width its length
   */
  record Scale(String table, int width) implements ParameterInput {}

  /**
   * A table of which tokens take rows.
   *
   * @param table the table of how often they do
   * @param rows how many rows it has
   */
  record Lookup(String table, int rows) implements ParameterInput {}

  /**
   * Returns on what the tensors of a model work, by their names. Left out are tensors of which
   * nothing is gathered, as biases of norms and tensors of several maps that read different states.
   * An embedding that is the output projection too counts as an embedding.
   */
  static SequencedMap<String, ParameterInput> of(Model model) {
    SequencedMap<String, ParameterInput> inputs = new LinkedHashMap<>();
    model.inputs(
        new InputVisitor() {
          @Override
          public void maps(List<Linear> maps) {
            if (maps.getFirst().weight() instanceof WeightRows) {
              return;
            }
            String table = maps.getFirst().weight().name();
            boolean bias = maps.stream().anyMatch(map -> map.bias().isPresent());
            int size = maps.getFirst().inputs() + (bias ? 1 : 0);
            for (Linear map : maps) {
              Matrix matrix = new Matrix(table, map, size);
              if (inputs.putIfAbsent(map.weight().name(), matrix) == null) {
                map.bias().ifPresent(b -> inputs.put(b.name(), new Bias(matrix)));
              }
            }
          }

          @Override
          public void scale(Weight weight) {
            int width = Math.toIntExact(weight.shape().elements());
            inputs.put(weight.name(), new Scale(weight.name(), width));
          }

          @Override
          public void lookup(Weight weight) {
            int rows = Math.toIntExact(weight.shape().dimension(0));
            inputs.put(weight.name(), new Lookup(weight.name(), rows));
          }
        });
    return inputs;
  }
}
