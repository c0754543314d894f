package dev.amalgam.io.lora;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an {@code adapter_config.json} of PEFT says of the arithmetic.
 *
 * @param file where it is
 * @param rank the rank of modules without one of their own
 * @param alpha the numerator of the scale of modules without one of their own
 * @param rankStabilized whether the scale is alpha/√r, not alpha/r (arXiv 2312.03732)
 * @param ranks ranks of single modules
 * @param alphas numerators of single modules
 * @param fanInFanOut whether weights are stored with a row for each input, as by Conv1D
 * @param modulesToSave the modules that are stored whole
 * @param ensuresTying whether a head that is the base's embedding stays so where that is stored
 *     whole
 */
record AdapterConfig(
    Path file,
    int rank,
    double alpha,
    boolean rankStabilized,
    PatternTable ranks,
    PatternTable alphas,
    boolean fanInFanOut,
    List<String> modulesToSave,
    boolean ensuresTying) {

  /** The file's name in an adapter's folder. */
  static final String NAME = "adapter_config.json";

  private static final int MOST_BYTES = 8 << 20;
  // As in PEFT.
  private static final int DEFAULT_RANK = 8;

  /**
   * Returns the config in a file.
   *
   * @throws CheckpointException if it is malformed, or asks for what is not supported
   */
  static AdapterConfig read(Path file) {
    ObjectNode config = Json.readObject(file, MOST_BYTES);
    String type = config.path("peft_type").asText("");
    if (!type.equals("LORA")) {
      throw new CheckpointException(
          "%s: peft_type is %s, and only adapters of type LORA can be used; merge it into its base with PEFT (merge_and_unload)"
              .formatted(quote(file.toString()), quote(type)));
    }
    AdapterKeys.check(file, config);
    JsonNode rank = config.path("r");
    double r = number(file, config, "r", DEFAULT_RANK);
    if (r != Math.rint(r) || r < 1 || r > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "%s: r is %s, which is no rank; the file is damaged"
              .formatted(quote(file.toString()), quote(rank.toString())));
    }
    return new AdapterConfig(
        file,
        (int) r,
        number(file, config, "lora_alpha", DEFAULT_RANK),
        config.path("use_rslora").asBoolean(),
        PatternTable.of(file, "rank_pattern", config.get("rank_pattern")),
        PatternTable.of(file, "alpha_pattern", config.get("alpha_pattern")),
        config.path("fan_in_fan_out").asBoolean(),
        words(config.path("modules_to_save")),
        config.path("ensure_weight_tying").asBoolean());
  }

  private static double number(Path file, ObjectNode config, String key, double otherwise) {
    JsonNode value = config.get(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw new CheckpointException(
          "%s: %s is %s, which is no number; the file is damaged"
              .formatted(quote(file.toString()), key, quote(value.toString())));
    }
    return value.doubleValue();
  }

  private static List<String> words(JsonNode array) {
    List<String> words = new ArrayList<>();
    array.forEach(word -> words.add(word.asText()));
    return words;
  }

  /** Returns the rank that a module must have. */
  double rank(String module) {
    return ranks.find(module).orElse(rank);
  }

  /** Returns what the product of a module's factors is multiplied by. */
  double scale(String module) {
    double r = rank(module);
    return alphas.find(module).orElse(alpha) / (rankStabilized ? Math.sqrt(r) : r);
  }

  /** Returns whether a tensor belongs to a module that is stored whole. */
  boolean isSaved(String tensor) {
    String path = "." + tensor;
    return modulesToSave.stream().anyMatch(module -> path.contains("." + module + "."));
  }
}
