package dev.amalgam.job.extract;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tensors of a fine-tuned model that differ from the base's and are not factored: which of them
 * an adapter stores whole, and under what names.
 */
final class RestOfModel {

  private static final String BIAS = "bias";

  private final Map<String, TensorInfo> stored = new LinkedHashMap<>();
  private final List<String> saved = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final Set<String> modules = new TreeSet<>();
  private boolean biases;

  /**
   * Finds out.
   *
   * @param changed the tensors that differ
   * @param factored the modules with a low-rank delta
   * @param prefix what PEFT's names start with
   */
  static RestOfModel of(
      Checkpoint expert, List<String> changed, Set<String> factored, String prefix, boolean saves) {
    RestOfModel rest = new RestOfModel();
    for (String name : changed) {
      int dot = name.lastIndexOf('.');
      String module = name.substring(0, Math.max(0, dot));
      boolean bias = name.substring(dot + 1).equals(BIAS);
      if (!saves || dot <= 0 || factored.contains(module) && !bias) {
        rest.leftOut.add(name);
      } else if (factored.contains(module)) {
        rest.biases = true;
        rest.saved.add(name);
        rest.stored.put(prefix + module + ".base_layer." + BIAS, expert.find(name).orElseThrow());
      } else {
        // PEFT keeps a copy of the module with all that it has.
        rest.modules.add(module);
        rest.saved.add(name);
        for (TensorInfo tensor : expert.tensors()) {
          if (tensor.name().startsWith(module + ".")
              && tensor.name().indexOf('.', module.length() + 1) < 0) {
            rest.stored.put(prefix + tensor.name(), tensor);
          }
        }
      }
    }
    return rest;
  }

  /** Returns the tensors of the fine-tuned model to store, by their names in the adapter. */
  Map<String, TensorInfo> stored() {
    return stored;
  }

  /** Returns the changed tensors that are stored. */
  List<String> saved() {
    return saved;
  }

  /** Returns the changed tensors that are not stored. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Returns the modules that are stored whole. */
  List<String> modules() {
    return List.copyOf(modules);
  }

  /** Returns whether biases of factored modules are stored. */
  boolean biases() {
    return biases;
  }
}
