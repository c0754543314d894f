package dev.amalgam.core.model;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.ModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The language model inside one that sees pictures, as it is for texts alone: what pictures go
 * through takes no part. Its config is the {@code text_config}, or in older configs the whole.
 *
 * <p>Positions of a token in time, height and width (M-RoPE, Wang et al., arXiv 2409.12191) are
 * three times the same in a text, so that the rotation is the usual one.
 *
 * @param type the {@code model_type}
 * @param architecture the class name by which configs mean it
 * @param textType the {@code model_type} of the text model, if the config does not say
 * @param tied whether the head is the embedding, if the config does not say
 */
record VisionLanguage(String type, String architecture, String textType, boolean tied)
    implements ModelFamily {

  private static final String TEXT = "text_config";
  private static final String TIED = "tie_word_embeddings";

  /** Text models that are another family's, but for the positions of pictures. */
  private static final Map<String, String> FAMILIES =
      Map.of(
          "qwen2_vl_text", "qwen2",
          "qwen2_5_vl_text", "qwen2",
          "qwen3_vl_text", "qwen3");

  /** Keys about pictures, and where their tokens are. */
  private static final Set<String> PICTURES =
      Set.of(
          "boi_token_index",
          "eoi_token_index",
          "ignore_index",
          "image_grid_pinpoints",
          "image_seq_length",
          "image_token_index",
          "is_composition",
          "mm_tokens_per_image",
          "multimodal_projector_bias",
          "projector_hidden_act",
          "spatial_merge_size",
          "video_token_index",
          "vision_config",
          "vision_feature_layer",
          "vision_feature_select_strategy");

  /** Keys of a rotary embedding about the positions of pictures. */
  private static final Set<String> PICTURE_POSITIONS = Set.of("mrope_section", "mrope_interleaved");

  @Override
  public Set<String> types() {
    return Set.of(type);
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return PICTURES;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    Architectures.check(config, List.of(architecture), architecture);
    Optional<ModelConfig> section = config.section(TEXT);
    ModelConfig stated = section.orElse(config);
    // Where the config is one, its type is the whole's.
    String named = section.flatMap(part -> part.text("model_type")).orElse(textType);
    String textual = named.equals(type) ? textType : named;
    ModelFamily family =
        ModelFamilies.find(FAMILIES.getOrDefault(textual, textual))
            .filter(known -> !(known instanceof VisionLanguage))
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s: model_type %s cannot be run as the text model of %s"
                            .formatted(stated.place(), quote(textual), type)));
    ModelConfig text = text(config, stated, textual);
    ConfigSizes.check(text, source.weights());
    Model model = family.build(new ModelSource(text, source.weights()), head);
    Set<String> harmless = new TreeSet<>(family.harmlessKeys());
    harmless.addAll(PICTURES);
    text.checkAllRead(harmless);
    // What both state is the text model's.
    stated.keys().forEach(config::has);
    return model;
  }

  /** Returns the config of the text model as if it stood alone. */
  private ModelConfig text(ModelConfig whole, ModelConfig stated, String textual) {
    Map<String, Object> values = new LinkedHashMap<>(TextDefaults.of(textual));
    values.putAll(stated.all());
    for (String key : List.of("dtype", "torch_dtype")) {
      whole.text(key).ifPresent(name -> values.putIfAbsent(key, name));
    }
    values.remove("architectures");
    values.put(TIED, whole.flag(TIED, tied) || stated.flag(TIED, false));
    for (String key : List.of("rope_parameters", "rope_scaling")) {
      values.computeIfPresent(key, (_, scaling) -> ofTexts(scaling));
    }
    return new ModelConfig(stated.place(), values);
  }

  private static Object ofTexts(Object scaling) {
    if (!(scaling instanceof Map<?, ?> map)) {
      return scaling;
    }
    Map<Object, Object> plain = new LinkedHashMap<>(map);
    plain.keySet().removeAll(PICTURE_POSITIONS);
    for (String key : List.of("type", "rope_type")) {
      plain.computeIfPresent(key, (_, kind) -> kind.equals("mrope") ? "default" : kind);
    }
    return plain;
  }
}
