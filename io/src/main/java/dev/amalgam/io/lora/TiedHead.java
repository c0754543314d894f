package dev.amalgam.io.lora;

import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.RegularFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The output head of a language model that is its embedding. */
public final class TiedHead {

  private static final String WEIGHT = ".weight";

  private TiedHead() {}

  /**
   * Returns the name that the head's weight has in memory, if the model's config says that it is
   * the embedding ({@code tie_word_embeddings}). A config that says nothing means that it is, as in
   * transformers 4, where the model stores no other; one that is stored and differs is none,
   * whatever the config says. Without a config nothing is known, so nothing is returned.
   */
  public static Optional<String> of(StoredCheckpoint model) {
    Path file = model.files().getFirst().resolveSibling(ConfigFile.NAME);
    if (!RegularFile.isThere(file)) {
      return Optional.empty();
    }
    ModelConfig config = ConfigFile.read(file).values();
    return config
        .architecture()
        .flatMap(TiedHead::ofArchitecture)
        .filter(head -> config.flag("tie_word_embeddings", model.find(head).isEmpty()))
        .filter(head -> !isApart(model, head));
  }

  private static boolean isApart(StoredCheckpoint model, String head) {
    CheckpointWeights weights = new CheckpointWeights(model);
    List<String> embeddings =
        weights.names().stream()
            .filter(TiedHead::isEmbedding)
            .filter(n -> !n.equals(head))
            .toList();
    return model.find(head).isPresent()
        && !embeddings.isEmpty()
        && embeddings.stream().noneMatch(embedding -> weights.holdsSame(head, embedding));
  }

  /** Returns the name of the head's weight in models of an architecture, if they predict tokens. */
  public static Optional<String> ofArchitecture(String architecture) {
    if (architecture.endsWith("ForCausalLM") || architecture.endsWith("LMHeadModel")) {
      return Optional.of("lm_head.weight");
    }
    return switch (architecture) {
      case "BertForMaskedLM", "NomicBertForMaskedLM" ->
          Optional.of("cls.predictions.decoder.weight");
      case "CamembertForMaskedLM", "RobertaForMaskedLM", "XLMRobertaForMaskedLM" ->
          Optional.of("lm_head.decoder.weight");
      case "DistilBertForMaskedLM" -> Optional.of("vocab_projector.weight");
      case "ModernBertForMaskedLM" -> Optional.of("decoder.weight");
      case "ElectraForMaskedLM" -> Optional.of("generator_lm_head.weight");
      case "Gemma3ForConditionalGeneration",
          "LlavaForConditionalGeneration",
          "Mistral3ForConditionalGeneration",
          "Qwen2VLForConditionalGeneration",
          "Qwen2_5_VLForConditionalGeneration",
          "Qwen3VLForConditionalGeneration" ->
          Optional.of("lm_head.weight");
      default -> Optional.empty();
    };
  }

  /** Returns whether a tensor is the table of tokens by its name. */
  public static boolean isEmbedding(String tensor) {
    String module = tensor.substring(0, Math.max(0, tensor.lastIndexOf('.')));
    String last = module.substring(module.lastIndexOf('.') + 1);
    return tensor.endsWith(WEIGHT)
        && (last.equals("wte") || last.contains("embed"))
        && !last.contains("pos")
        && !last.contains("token_type")
        && !last.equals("embed_out");
  }
}
