package dev.amalgam.io.quantization;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What the scales of quantized models are called. */
final class ScaleNames {

  private static final String WEIGHT = "weight";

  /** How the scales of weights end, and of nothing else. */
  private static final List<String> OF_WEIGHTS =
      List.of("weight_scale", "weight_scale_inv", "scale_weight", "qscale_weight", "_scale_inv");

  private static final Set<String> OF_ACTIVATIONS =
      Set.of(
          "input_scale",
          "output_scale",
          "activation_scale",
          "act_scale",
          "scale_input",
          "scale_output",
          "qscale_act",
          "q_scale",
          "k_scale",
          "v_scale",
          "kv_scale",
          "prob_output_scale",
          // ComfyUI marks a file of scaled weights so.
          "scaled_fp8");

  private static final Pattern OF_FUSED_ACTIVATIONS =
      Pattern.compile(".*_(input|output|activation)_scale(_inv|_ub)?");

  private ScaleNames() {}

  /** Returns what the scale of a weight may be called. */
  static List<String> ofWeight(String weight) {
    String appended = weight + "_scale";
    String module = module(weight);
    return module.equals(weight)
        ? List.of(appended, appended + "_inv")
        : List.of(
            appended,
            appended + "_inv",
            module + "scale",
            module + "scale_weight",
            module + "qscale_weight");
  }

  /** Returns a weight's name without its last word, the dot kept; all of it if there is none. */
  static String module(String weight) {
    return weight.equals(WEIGHT) || weight.endsWith("." + WEIGHT)
        ? weight.substring(0, weight.length() - WEIGHT.length())
        : weight;
  }

  /** Returns whether a tensor can only be the scale of a weight. */
  static boolean isOfWeight(String tensor) {
    return OF_WEIGHTS.stream().anyMatch(tensor::endsWith) && !isOfActivation(tensor);
  }

  /** Returns whether a tensor of a quantized model is the scale of what a layer computes. */
  static boolean isOfActivation(String tensor) {
    String last = tensor.substring(tensor.lastIndexOf('.') + 1);
    return OF_ACTIVATIONS.contains(last)
        || OF_ACTIVATIONS.contains(last.replaceFirst("_(inv|ub)$", ""))
        || OF_FUSED_ACTIVATIONS.matcher(last).matches();
  }
}
