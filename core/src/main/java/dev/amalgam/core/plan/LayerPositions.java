package dev.amalgam.core.plan;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The places of layers in a model, read off its tensors' names: the first part of a name that is a
 * number counts the layer, and what stands before it names the stack ({@code
 * model.layers.7.mlp.…}). A stack's numbers run from 0 without a gap; other numbers in names are no
 * layers.
 */
final class LayerPositions {

  // Finds the number alone: a repeated group for what stands before it would recurse part by part,
  // and a hostile name has many.
  private static final Pattern NUMBERED = Pattern.compile("(?<![^.])(\\d{1,9})\\.");

  private final Map<String, Integer> layersOfStack;

  private LayerPositions(Map<String, Integer> layersOfStack) {
    this.layersOfStack = layersOfStack;
  }

  static LayerPositions of(Collection<String> tensors) {
    Map<String, TreeSet<Integer>> numbers = new HashMap<>();
    for (String tensor : tensors) {
      Matcher matcher = NUMBERED.matcher(tensor);
      if (matcher.find()) {
        numbers
            .computeIfAbsent(tensor.substring(0, matcher.start()), stack -> new TreeSet<>())
            .add(Integer.valueOf(matcher.group(1)));
      }
    }
    Map<String, Integer> layers = new HashMap<>();
    numbers.forEach(
        (stack, found) -> {
          if (found.first() == 0 && found.last() == found.size() - 1) {
            layers.put(stack, found.size());
          }
        });
    return new LayerPositions(layers);
  }

  /** Returns a search for the number of a tensor's layer, its only group. */
  static Matcher number(String tensor) {
    return NUMBERED.matcher(tensor);
  }

  /** Returns how many layers the stack has that a tensor is in, if it is in one. */
  OptionalInt layers(String tensor) {
    Matcher matcher = NUMBERED.matcher(tensor);
    Integer layers =
        matcher.find() ? layersOfStack.get(tensor.substring(0, matcher.start())) : null;
    return layers == null ? OptionalInt.empty() : OptionalInt.of(layers);
  }

  /** Returns the place of a tensor's layer from 0 (first) to 1 (last), 0 outside layers. */
  double of(String tensor) {
    Matcher matcher = NUMBERED.matcher(tensor);
    if (!matcher.find()) {
      return 0;
    }
    int layers = layersOfStack.getOrDefault(tensor.substring(0, matcher.start()), 1);
    return layers == 1 ? 0 : Integer.parseInt(matcher.group(1)) / (double) (layers - 1);
  }
}
