package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.ModelException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The families of models that can be run. */
public final class ModelFamilies {

  private static final List<ModelFamily> ALL =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gpt2(),
          new Bert(),
          new Roberta());

  private ModelFamilies() {}

  /** Returns every {@code model_type} that can be run, in alphabetical order. */
  public static Set<String> types() {
    Set<String> types = new TreeSet<>();
    ALL.forEach(family -> types.addAll(family.types()));
    return types;
  }

  /** Returns the family of a {@code model_type}, if it is known. */
  static Optional<ModelFamily> find(String type) {
    return ALL.stream().filter(family -> family.types().contains(type)).findFirst();
  }

  /** Returns all families. */
  static List<ModelFamily> all() {
    return ALL;
  }

  /**
   * Returns the model that a config and weights make.
   *
   * @param head where the task head comes from, if not from the model itself
   * @throws ModelException if the family is not known, a value of the config is not supported, or a
   *     tensor is missing or of another shape
   */
  public static Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    String type =
        config
            .text("model_type")
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s has no model_type; known types: %s"
                            .formatted(config.place(), String.join(", ", types()))));
    ModelFamily family =
        find(type)
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s: model_type %s cannot be run; known types: %s"
                            .formatted(config.place(), quote(type), String.join(", ", types()))));
    if (config.has("quantization_config")) {
      throw config.unsupported("quantization_config", "models that are not quantized");
    }
    Model model = family.build(source, head);
    HarmlessKeys.check(config);
    return model;
  }
}
