package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The families of models that can be run: Amalgam's own, and those that other jars bring as {@link
 * ModelFamily} services. These are looked for each time, with the class loader of the calling
 * thread.
 */
public final class ModelFamilies {

  private static final List<ModelFamily> OWN =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gpt2(),
          new Bert(),
          new Roberta());

  private ModelFamilies() {}

  /**
   * Returns every {@code model_type} that can be run, in alphabetical order.
   *
   * @throws ModelException if a family of another jar cannot be loaded, or has a type that another
   *     family has
   */
  public static Set<String> types() {
    return byType().keySet();
  }

  /** Returns the family of a {@code model_type}, if it is known. */
  static Optional<ModelFamily> find(String type) {
    return Optional.ofNullable(byType().get(type));
  }

  /** Returns all families, Amalgam's own first. */
  static List<ModelFamily> all() {
    List<ModelFamily> all = new ArrayList<>(OWN);
    try {
      ServiceLoader.load(ModelFamily.class).forEach(all::add);
    } catch (ServiceConfigurationError e) {
      throw new ModelException(
          "a model family of another jar cannot be loaded: %s; take the jar off the path, or get the version for this Amalgam"
              .formatted(quote(String.valueOf(e.getMessage()))));
    }
    return all;
  }

  private static Map<String, ModelFamily> byType() {
    Map<String, ModelFamily> byType = new TreeMap<>();
    for (ModelFamily family : all()) {
      for (String type : family.types()) {
        ModelFamily other = byType.putIfAbsent(type, family);
        if (other != null) {
          throw new ModelException(
              "model_type %s is that of two families, %s and %s; take the jar of one off the path"
                  .formatted(quote(type), other.getClass().getName(), family.getClass().getName()));
        }
      }
    }
    return byType;
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
    Map<String, ModelFamily> known = byType();
    String type =
        config
            .text("model_type")
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s has no model_type; known types: %s"
                            .formatted(config.place(), String.join(", ", known.keySet()))));
    ModelFamily family = known.get(type);
    if (family == null) {
      throw new ModelException(
          "%s: model_type %s cannot be run; known types: %s"
              .formatted(config.place(), quote(type), String.join(", ", known.keySet())));
    }
    if (config.has("quantization_config")) {
      throw config.unsupported("quantization_config", "models that are not quantized");
    }
    Model model = family.build(source, head);
    config.checkAllRead(family.harmlessKeys());
    return model;
  }
}
