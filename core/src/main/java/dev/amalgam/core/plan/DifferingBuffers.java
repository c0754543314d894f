package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Buffers that are not what they are in the template, whose buffers the output gets. */
final class DifferingBuffers {

  /** Two models by their names. */
  private record Pair(String model, String template) {}

  private final Map<Pair, List<String>> found = new LinkedHashMap<>();

  /** Notes those models whose buffer has other values, or another shape. */
  void compare(TensorSource template, List<TensorSource> sources) {
    for (TensorSource source : sources) {
      if (!source.equals(template) && !EqualTensors.sameValues(template, source)) {
        found
            .computeIfAbsent(
                new Pair(source.checkpoint().name(), template.checkpoint().name()),
                _ -> new ArrayList<>())
            .add(source.tensor().name());
      }
    }
  }

  /** Returns a line for each model that differs. */
  List<String> notes() {
    return found.entrySet().stream()
        .map(
            entry -> {
              List<String> names = entry.getValue();
              return "%s: %s%s from that of %s; it is a buffer and no weight, so it is not merged, and the output has that of %s"
                  .formatted(
                      quote(entry.getKey().model()),
                      quote(names.getFirst()),
                      names.size() == 1
                          ? " differs"
                          : " (and " + (names.size() - 1) + " like it) differs",
                      quote(entry.getKey().template()),
                      quote(entry.getKey().template()));
            })
        .toList();
  }
}
