package dev.amalgam.core.plan;

import java.util.OptionalInt;
import java.util.regex.Matcher;

/**
 * Consecutive layers of a source as layers of the output.
 *
 * @param output what stands before the layer's number in the names of the output's tensors
 * @param first the number of the first layer in the output
 * @param source what stands before the layer's number in the names of the source's tensors
 * @param from the number of the first layer in the source
 * @param layers the number of layers
 */
record LayerShift(String output, int first, String source, int from, int layers) {

  /** Returns the name that the part of a layer's tensor behind the number makes in the output. */
  String outputName(int index, String rest) {
    return output + (first + index) + "." + rest;
  }

  /** Returns the name in the source of a tensor of the output. */
  String sourceName(String tensor) {
    OptionalInt index = index(tensor);
    return index.isEmpty()
        ? tensor
        : source + (from + index.getAsInt()) + "." + tensor.substring(end(tensor));
  }

  private static int end(String tensor) {
    Matcher number = LayerPositions.number(tensor);
    return number.find() ? number.end() : 0;
  }

  /** Returns which of these layers a tensor of the output belongs to, from 0, if to any. */
  OptionalInt index(String tensor) {
    Matcher number = LayerPositions.number(tensor);
    if (!number.find() || !tensor.substring(0, number.start()).equals(output)) {
      return OptionalInt.empty();
    }
    int index = Integer.parseInt(number.group(1)) - first;
    return index < 0 || index >= layers ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /**
   * Returns the place of a tensor's layer from 0 (first) to 1 (last), 0 outside layers. An only
   * layer is the last, as mergekit has it.
   */
  double position(String tensor) {
    OptionalInt index = index(tensor);
    if (index.isEmpty()) {
      return 0;
    }
    return layers == 1 ? 1 : index.getAsInt() / (double) (layers - 1);
  }
}
