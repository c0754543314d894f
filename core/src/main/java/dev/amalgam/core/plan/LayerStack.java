package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.name.Spelling;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/**
 * A model taken apart into its layers and what stands before and behind them. Layers are recognised
 * by their names, as {@link LayerPositions} does; a numbered part with fewer than three tensors,
 * such as a head of a few linear maps, is no layer of a transformer. Beside a language model, what
 * pictures and sounds go through stands before its layers as a whole.
 */
final class LayerStack {

  private static final int LEAST_TENSORS = 3;

  // What reads the input, in the names of all families: the rest of what is no layer comes behind.
  private static final Set<String> INPUT_PARTS = Set.of("wte", "wpe", "project_in");
  private static final String EMBEDDING = "emb";

  private final Checkpoint checkpoint;
  private final String prefix;
  private final List<Map<String, TensorInfo>> layers;
  private final List<TensorInfo> before = new ArrayList<>();
  private final List<TensorInfo> behind = new ArrayList<>();

  private LayerStack(Checkpoint checkpoint, String prefix, List<Map<String, TensorInfo>> layers) {
    this.checkpoint = checkpoint;
    this.prefix = prefix;
    this.layers = layers;
    for (TensorInfo tensor : checkpoint.tensors()) {
      if (!isInLayer(tensor.name())) {
        boolean first = readsInput(tensor.name()) || Spelling.isBesideText(tensor.name());
        (first ? before : behind).add(tensor);
      }
    }
  }

  /**
   * Takes a model apart.
   *
   * @throws RecipeException if the model has no stack of layers, or several
   */
  static LayerStack of(Checkpoint checkpoint) {
    // By stack and number, the tensors of each layer by the rest of their names.
    Map<String, TreeMap<Integer, Map<String, TensorInfo>>> stacks = new TreeMap<>();
    for (TensorInfo tensor : checkpoint.tensors()) {
      Matcher number = LayerPositions.number(tensor.name());
      if (number.find() && isPlain(number.group(1))) {
        stacks
            .computeIfAbsent(tensor.name().substring(0, number.start()), s -> new TreeMap<>())
            .computeIfAbsent(Integer.valueOf(number.group(1)), n -> new LinkedHashMap<>())
            .put(tensor.name().substring(number.end()), tensor);
      }
    }
    stacks.values().removeIf(LayerStack::isNone);
    if (!stacks.keySet().stream().allMatch(Spelling::isBesideText)) {
      stacks.keySet().removeIf(Spelling::isBesideText);
    }
    if (stacks.size() != 1) {
      throw new RecipeException(
          checkpoint.name()
              + (stacks.isEmpty()
                  ? ": has no numbered layers (such as 'model.layers.0.…'), so slices of it cannot"
                      + " be stacked"
                  : ": has several stacks of layers ("
                      + stacks.keySet().stream()
                          .limit(4)
                          .map(stack -> quote(stack))
                          .collect(Collectors.joining(", "))
                      + "), and slices are for models that have one")
              + "; list it under 'models'");
    }
    var stack = stacks.entrySet().iterator().next();
    return new LayerStack(checkpoint, stack.getKey(), List.copyOf(stack.getValue().values()));
  }

  private static boolean isNone(TreeMap<Integer, Map<String, TensorInfo>> layers) {
    return layers.firstKey() != 0
        || layers.lastKey() != layers.size() - 1
        || layers.firstEntry().getValue().size() < LEAST_TENSORS;
  }

  private boolean isInLayer(String tensor) {
    Matcher number = LayerPositions.number(tensor);
    return number.find()
        && isPlain(number.group(1))
        && tensor.substring(0, number.start()).equals(prefix);
  }

  // Of "7" and "07" one would be lost.
  private static boolean isPlain(String number) {
    return number.length() == 1 || !number.startsWith("0");
  }

  private static boolean readsInput(String tensor) {
    for (String part : tensor.toLowerCase(Locale.ROOT).split("\\.")) {
      if (INPUT_PARTS.contains(part) || part.contains(EMBEDDING)) {
        return true;
      }
    }
    return false;
  }

  /** Returns what stands before the number of a layer in the names of its tensors. */
  String prefix() {
    return prefix;
  }

  /** Returns the number of layers. */
  int size() {
    return layers.size();
  }

  /**
   * Returns a view of some layers.
   *
   * @param withInput whether what reads the input is in it
   * @param withOutput whether what stands behind the layers is in it
   */
  View view(LayerShift shift, boolean withInput, boolean withOutput) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    if (withInput) {
      before.forEach(tensor -> add(tensors, tensor.name(), tensor));
    }
    for (int i = 0; i < shift.layers(); i++) {
      int index = i;
      layers
          .get(shift.from() + i)
          .forEach((rest, tensor) -> add(tensors, shift.outputName(index, rest), tensor));
    }
    if (withOutput) {
      behind.forEach(tensor -> add(tensors, tensor.name(), tensor));
    }
    return new View(checkpoint, Optional.of(shift), tensors);
  }

  // A name outside the layers may look like that of a layer under another model's prefix.
  private void add(Map<String, TensorInfo> tensors, String name, TensorInfo tensor) {
    if (tensors.put(name, tensor) != null) {
      throw new CheckpointException(
          "%s: two of its tensors would be called %s in the output, because it does not name its layers as the first model does; stack models of one architecture"
              .formatted(checkpoint.name(), quote(name)));
    }
  }
}
