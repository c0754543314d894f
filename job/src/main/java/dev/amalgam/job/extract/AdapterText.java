package dev.amalgam.job.extract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.io.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/** Writes {@code adapter_config.json}. */
final class AdapterText {

  private AdapterText() {}

  /**
   * Returns the text of a config.
   *
   * @param base what the base is called
   * @param ranks the rank of each module
   * @param alpha {@code lora_alpha} of all modules; if absent, each module's is its rank
   * @param whole the modules that are stored whole
   * @param biases whether biases of other modules are stored
   * @param taskType what PEFT calls the task, if it has a word for it
   * @param tying whether an embedding that is stored whole is the output head too
   */
  static String of(
      String base,
      SortedMap<String, Integer> ranks,
      OptionalDouble alpha,
      boolean fanInFanOut,
      List<String> whole,
      boolean biases,
      Optional<String> taskType,
      boolean tying) {
    int rank = ranks.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    ObjectNode root = Json.object();
    ObjectNode rankPattern = Json.object();
    for (Map.Entry<String, Integer> module : ranks.entrySet()) {
      if (module.getValue() != rank) {
        rankPattern.put(module.getKey(), module.getValue());
      }
    }
    root.set("alpha_pattern", alpha.isPresent() ? Json.object() : rankPattern);
    root.put("base_model_name_or_path", base);
    root.put("bias", biases ? "all" : "none");
    if (tying) {
      root.put("ensure_weight_tying", true);
    }
    root.put("fan_in_fan_out", fanInFanOut);
    root.put("inference_mode", true);
    root.put("init_lora_weights", true);
    root.put("lora_alpha", alpha.orElse(rank));
    root.put("lora_dropout", 0.0);
    if (whole.isEmpty()) {
      root.putNull("modules_to_save");
    } else {
      whole.forEach(root.putArray("modules_to_save")::add);
    }
    root.put("peft_type", "LORA");
    root.put("r", rank);
    root.set("rank_pattern", rankPattern);
    ArrayNode targets = root.putArray("target_modules");
    ranks.keySet().forEach(targets::add);
    root.put("task_type", taskType.orElse(null));
    root.put("use_dora", false);
    root.put("use_rslora", false);
    return Json.write(root);
  }
}
