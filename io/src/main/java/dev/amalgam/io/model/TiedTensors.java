package dev.amalgam.io.model;

import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.vocabulary.TiedCheckpoint;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.lora.TiedHead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tensors of a model of text that are one in memory by its config, and of which a checkpoint
 * may store either: the embedding and the output head, and the two names of the bias that masked
 * language models have there.
 *
 * @param head the name of the head's weight
 */
public record TiedTensors(String head) {

  private static final String TIED = "tie_word_embeddings";
  private static final String PLAIN_HEAD = "lm_head.weight";
  private static final String DECODER = "decoder.weight";

  /** The families that transformers takes to have a head apart where the config does not say. */
  private static final Set<String> APART =
      Set.of(
          "apertus",
          "arcee",
          "exaone4",
          "glm",
          "glm4",
          "gpt_neox",
          "gptj",
          "granite",
          "granitemoe",
          "hunyuan_v1_dense",
          "llama",
          "llava",
          "ministral",
          "ministral3",
          "mistral",
          "mixtral",
          "olmo",
          "olmo2",
          "olmo3",
          "olmoe",
          "phi",
          "phi3",
          "phimoe",
          "qwen2",
          "qwen2_5_vl",
          "qwen2_moe",
          "qwen2_vl",
          "qwen3",
          "qwen3_moe",
          "qwen3_vl",
          "seed_oss",
          "stablelm");

  private static final Set<String> ENCODERS =
      Set.of(
          "bert",
          "camembert",
          "distilbert",
          "electra",
          "modernbert",
          "nomic_bert",
          "roberta",
          "xlm-roberta");

  private static final List<String> EMBEDDINGS =
      List.of(
          "embed_tokens.weight",
          "wte.weight",
          "word_embeddings.weight",
          "embed_in.weight",
          "tok_embeddings.weight");

  /**
   * A model that is merged, or compared, with others.
   *
   * @param checkpoint its tensors
   * @param config its config, if it has one
   */
  public record Model(Checkpoint checkpoint, Optional<ConfigFile> config) {}

  /**
   * Returns the tensors that may be one in a model with this config; nothing if it predicts no
   * tokens, or is of an encoder and a decoder: some of those compute otherwise where head and
   * embedding are apart.
   */
  public static Optional<TiedTensors> of(ConfigFile config) {
    ModelConfig values = config.values();
    if (config.boolValue("is_encoder_decoder").orElse(false)) {
      return Optional.empty();
    }
    Optional<String> type = config.string("model_type");
    Optional<String> architecture = values.architecture();
    if (architecture.isPresent()) {
      return architecture.flatMap(TiedHead::ofArchitecture).map(TiedTensors::new);
    }
    boolean plain = type.filter(ENCODERS::contains).isEmpty();
    return Optional.of(new TiedTensors(PLAIN_HEAD))
        .filter(_ -> plain && config.boolValue(TIED).orElse(type.equals(Optional.of("gpt2"))));
  }

  /** Returns whether a config says that head and embedding are one, as transformers reads it. */
  public static boolean isTied(ConfigFile config) {
    return config
        .boolValue(TIED)
        .orElseGet(() -> config.string("model_type").filter(APART::contains).isEmpty());
  }

  /** Returns the embedding among names of tensors, if there is one. */
  public static Optional<String> embedding(List<TensorInfo> tensors) {
    List<String> found =
        tensors.stream()
            .map(TensorInfo::name)
            .filter(name -> EMBEDDINGS.stream().anyMatch(end -> isAtEnd(name, end)))
            .toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static boolean isAtEnd(String name, String end) {
    return name.equals(end) || name.endsWith("." + end);
  }

  /**
   * Returns models with the same names for what is one in some and apart in others: a model that
   * stores the embedding alone has it as its head too where another has a head of its own. What
   * needs nothing is returned as it is.
   *
   * @param apart whether heads are wanted that no model stores
   */
  public static List<Checkpoint> named(List<Model> models, boolean apart) {
    return models.stream().map(model -> named(model, models, apart)).toList();
  }

  private static Checkpoint named(Model model, List<Model> all, boolean apart) {
    Checkpoint own = model.checkpoint();
    Map<String, String> names = new LinkedHashMap<>();
    Optional<TiedTensors> tied = model.config().flatMap(TiedTensors::of);
    if (tied.isPresent()) {
      String head = tied.get().head();
      boolean one = model.config().flatMap(c -> c.boolValue(TIED)).orElse(true);
      Optional<String> embedding =
          Stream.concat(Stream.of(model), all.stream())
              .flatMap(other -> embedding(other.checkpoint().tensors()).stream())
              .findFirst();
      if (one && embedding.isPresent()) {
        either(own, all, head, embedding.get(), apart, names);
      }
      if (head.endsWith(DECODER)) {
        String start = head.substring(0, head.length() - DECODER.length());
        either(own, all, start + "decoder.bias", start + "bias", false, names);
      }
    }
    return names.isEmpty() ? own : new TiedCheckpoint(own, names);
  }

  /** Adds the name that a model lacks of two for one tensor, if another model has it. */
  private static void either(
      Checkpoint own,
      List<Model> all,
      String used,
      String usual,
      boolean apart,
      Map<String, String> names) {
    boolean hasUsed = own.find(used).isPresent();
    boolean hasUsual = own.find(usual).isPresent();
    if (hasUsed == hasUsual) {
      return;
    }
    String lacking = hasUsed ? usual : used;
    boolean wanted = all.stream().anyMatch(m -> m.checkpoint().find(lacking).isPresent());
    if (wanted || apart && hasUsual) {
      names.put(lacking, hasUsed ? used : usual);
    }
  }
}
