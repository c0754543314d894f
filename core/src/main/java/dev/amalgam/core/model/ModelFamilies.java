package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.Extensions;
import dev.amalgam.core.layer.ModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The families of models that can be run: Amalgam's own, and those that other jars bring as {@link
 * ModelFamily} services. These are looked for each time, with the class loader of the calling
 * thread.
 */
public final class ModelFamilies {

  private static final Extensions<ModelFamily> FAMILIES =
      new Extensions<>(
          "model family",
          List.of(
              new Llama(),
              new Mistral("mistral", "Mistral"),
              new Mistral("ministral", "Ministral"),
              new Qwen2(),
              new Qwen3(),
              new Gemma(),
              new Gemma2(),
              new Gemma3(),
              new VisionLanguage("gemma3", "Gemma3ForConditionalGeneration", "gemma3_text", true),
              new VisionLanguage("mistral3", "Mistral3ForConditionalGeneration", "mistral", true),
              new VisionLanguage("llava", "LlavaForConditionalGeneration", "llama", false),
              new VisionLanguage(
                  "qwen2_vl", "Qwen2VLForConditionalGeneration", "qwen2_vl_text", false),
              new VisionLanguage(
                  "qwen2_5_vl", "Qwen2_5_VLForConditionalGeneration", "qwen2_5_vl_text", false),
              new VisionLanguage(
                  "qwen3_vl", "Qwen3VLForConditionalGeneration", "qwen3_vl_text", false),
              new Mixtral(),
              new Qwen2Moe(),
              new Qwen3Moe(),
              new Olmoe(),
              new Phimoe(),
              new GraniteMoe(),
              new Olmo(),
              new Olmo2(),
              new Olmo3(),
              new Granite(),
              new SmolLm3(),
              new Arcee(),
              new SeedOss(),
              new Apertus(),
              new Ministral3(),
              new Starcoder2(),
              new Exaone4(),
              new HunYuanDense(),
              new Ernie45(),
              new Phi(),
              new Phi3(),
              new Glm("glm", "GlmForCausalLM", LlamaParts.NORMS_BEFORE),
              new Glm("glm4", "Glm4ForCausalLM", Glm.NORMS_AROUND),
              new Cohere(),
              new Cohere2(),
              new StableLm(),
              new Falcon(),
              new GptNeoX(),
              new GptJ(),
              new Opt(),
              new Gpt2(),
              new Bert(),
              new Roberta("roberta", "Roberta"),
              new Roberta("xlm-roberta", "XLMRoberta"),
              new Roberta("camembert", "Camembert"),
              new Distilbert(),
              new Electra(),
              new ModernBert(),
              new NomicBert()),
          () -> ServiceLoader.load(ModelFamily.class),
          ModelFamily::types);

  private ModelFamilies() {}

  /**
   * Returns every {@code model_type} that can be run, in alphabetical order.
   *
   * @throws dev.amalgam.core.ExtensionException if a family of another jar cannot be loaded, or has
   *     a type that another family has
   */
  public static Set<String> types() {
    return new TreeSet<>(FAMILIES.byName().keySet());
  }

  /** Returns the family of a {@code model_type}, if it is known. */
  static Optional<ModelFamily> find(String type) {
    return Optional.ofNullable(FAMILIES.byName().get(type));
  }

  /** Returns all families, Amalgam's own first. */
  static List<ModelFamily> all() {
    return FAMILIES.all();
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
    Map<String, ModelFamily> known = new TreeMap<>(FAMILIES.byName());
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
    ModelSource plain = source.withPlainNames();
    Optional<ModelSource> plainHead = head.map(ModelSource::withPlainNames);
    ConfigSizes.check(config, plain.weights());
    plainHead.ifPresent(other -> ConfigSizes.check(other.config(), other.weights()));
    Model model = family.build(plain, plainHead);
    config.checkAllRead(family.harmlessKeys());
    return model;
  }
}
