package dev.amalgam.job.output;

import static dev.amalgam.job.output.LayerRule.each;
import static dev.amalgam.job.output.LayerRule.firstAreDense;
import static dev.amalgam.job.output.LayerRule.fixed;
import static dev.amalgam.job.output.LayerRule.list;
import static dev.amalgam.job.output.LayerRule.namedAreSparse;
import static dev.amalgam.job.output.LayerRule.sparseStep;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * What the families of models compute of the numbers of their layers, by {@code model_type}, as
 * transformers 5.18 reads their configs. Families without such rules are listed to tell them from
 * unknown ones.
 */
final class LayerRules {

  private static final String TYPES = "layer_types";
  private static final String MLP_TYPES = "mlp_layer_types";
  private static final String FULL = "\"full_attention\"";
  private static final String SLIDING = "\"sliding_attention\"";
  private static final String LINEAR = "\"linear_attention\"";
  private static final String PATTERN = "sliding_window_pattern";
  private static final String GLOBAL_EVERY = "global_attn_every_n_layers";
  private static final String FULL_EVERY = "full_attention_interval";
  private static final String FIRST_DENSE = "first_k_dense_replace";
  private static final String SHARED = "num_kv_shared_layers";
  private static final String PER_LAYER_INPUT = "hidden_size_per_layer_input";
  private static final String INVERSE = "scale_attn_by_inverse_layer_idx";

  private static final Map<String, List<LayerRule>> FAMILIES = new HashMap<>();

  static {
    // Attention: the last of every few layers, or the first, is another than the rest.
    add("gemma2 vaultgemma gpt_oss", list(TYPES, FULL, SLIDING, lastOfEvery(2, "")));
    add("gemma3_text", list(TYPES, FULL, SLIDING, lastOfEvery(6, PATTERN)));
    add("gemma3n_text", list(TYPES, FULL, SLIDING, lastOfEvery(5, "")));
    add("cohere2 exaone4 exaone_moe", list(TYPES, FULL, SLIDING, lastOfEvery(4, PATTERN)));
    add("afmoe", list(TYPES, FULL, SLIDING, lastOfEvery(4, GLOBAL_EVERY)));
    add("olmo3", list(TYPES, FULL, SLIDING, lastOfEvery(4, "")));
    add("olmo_hybrid", list(TYPES, FULL, LINEAR, lastOfEvery(4, "")));
    add(
        "qwen3_next qwen3_5_text qwen3_5_moe_text",
        list(TYPES, FULL, LINEAR, lastOfEvery(4, FULL_EVERY)));
    add("cwm granite_swa granitemoe_swa", list(TYPES, FULL, SLIDING, firstOfEvery(4, "")));
    add("modernbert modernbert-decoder", list(TYPES, FULL, SLIDING, firstOfEvery(3, GLOBAL_EVERY)));
    add("mimo_v2_flash", list(TYPES, FULL, SLIDING, in -> i -> i == 0 || (i + 1) % 6 == 0));
    add("kimi_linear", list(TYPES, FULL, LINEAR, in -> i -> i > 0 && i % 4 == 0));
    add("gemma4_text gemma4_unified_text", lastIsFull());
    add("gpt_neo", attentionTypes());
    add(
        "llama4_text smollm3",
        list("no_rope_layers", "0", "1", lastOfEvery(4, "no_rope_layer_interval")));
    // Attention: layers from a number on slide, or up to it, if the model slides at all.
    add("qwen2 qwen3 qwen2_5_omni_text", list(TYPES, SLIDING, FULL, slidingFrom(28)));
    add(
        "qwen2_vl qwen2_vl_text qwen2_5_vl qwen2_5_vl_text",
        list(TYPES, SLIDING, FULL, slidingFrom(80)));
    add("qwen2_moe", list(TYPES, SLIDING, FULL, slidingBelow(28)));
    // Experts: the first layers have none, or all but every so-many-th.
    add("deepseek_v2 dots1 mistral4", firstAreDense(FIRST_DENSE, 0));
    add("glm4_moe glm4v_moe_text axk1", firstAreDense(FIRST_DENSE, 1));
    add("deepseek_v3", firstAreDense(FIRST_DENSE, 3));
    add("afmoe", firstAreDense("num_dense_layers", 1));
    add("lfm2_moe", firstAreDense("num_dense_layers", 2));
    add("exaone_moe kimi_linear", mlpTypes(1, FIRST_DENSE));
    add("deepseek_v32 glm_moe_dsa", mlpTypes(3, FIRST_DENSE));
    add("glm4_moe_lite hy_v3 laguna mimo_v2_flash ernie4_5_vl_moe_text", mlpTypes(1, ""));
    add("qwen2_moe qwen3_moe qwen3_next qwen3_vl_moe_text qwen3_omni_moe_text", sparseStep());
    add("llama4_text", namedAreSparse("moe_layers", "interleave_moe_layer_step"));
    // What no other value of a config can say.
    add("jamba", fixed("attn_layer_period", remainder("attn_layer_period", 8)));
    add("jamba", fixed("expert_layer_period", remainder("expert_layer_period", 2)));
    add("ernie4_5_moe", fixed("moe_layer_interval", ernieExperts()));
    add(
        "modernbert modernbert-decoder",
        fixed("model_type", in -> i -> i == 0 ? "first" : "later"));
    add("diffllama minimax", fixed("model_type", in -> i -> "number " + i));
    add("big_bird", fixed("attention_type", numberUnless("attention_type", "original_full")));
    add("gpt2 decision_transformer imagegpt", fixed(INVERSE, numberUnless(INVERSE, "false")));
    add("gemma3n_text", sharedKeys(15, rule("gemma3n_text", TYPES)));
    add("gemma4_text gemma4_unified_text", sharedKeys(0, lastIsFull()));
    add("gemma3n_text gemma4_text", perLayerInput());
    add("llama mistral gemma mixtral olmoe phimoe granitemoe");
    add("bert roberta xlm-roberta camembert electra distilbert nomic_bert");
    add("ministral ministral3 olmo olmo2 granite arcee seed_oss apertus starcoder2");
    add("hunyuan_v1_dense ernie4_5 phi phi3 glm glm4 cohere stablelm falcon gpt_neox gptj opt");
  }

  /**
   * Rules of other models, by the key that a config must have; such a rule says nothing where the
   * config has a list that says it, or the family a rule about that list.
   *
   * @param list the list
   */
  private record Common(LayerRule rule, String list) {}

  private static final List<Common> COMMON =
      List.of(
          new Common(byRemainder(PATTERN), TYPES),
          new Common(byRemainder("_sliding_window_pattern"), TYPES),
          new Common(byRemainder(FULL_EVERY), TYPES),
          new Common(byRemainder(GLOBAL_EVERY), TYPES),
          new Common(byRemainder("attn_layer_period"), TYPES),
          new Common(byRemainder("no_rope_layer_interval"), "no_rope_layers"),
          new Common(byRemainder("interleave_moe_layer_step"), "moe_layers"),
          new Common(byRemainder("expert_layer_period"), MLP_TYPES),
          new Common(byRemainder("moe_layer_freq"), MLP_TYPES),
          new Common(byRemainder("moe_layer_interval"), MLP_TYPES),
          new Common(byRemainder("decoder_sparse_step"), MLP_TYPES),
          new Common(firstAreDense(FIRST_DENSE, 0), MLP_TYPES),
          new Common(firstAreDense("num_dense_layers", 0), MLP_TYPES),
          new Common(
              list(TYPES, SLIDING, FULL, slidingFrom(Integer.MAX_VALUE)).about("max_window_layers"),
              TYPES),
          new Common(fixed(INVERSE, numberUnless(INVERSE, "false")), INVERSE),
          new Common(sharedKeys(0, list(TYPES, in -> i -> "")), SHARED),
          new Common(perLayerInput(), PER_LAYER_INPUT));

  private LayerRules() {}

  private static void add(String families, LayerRule... rules) {
    for (String family : families.split(" ")) {
      FAMILIES.computeIfAbsent(family, key -> new ArrayList<>()).addAll(Arrays.asList(rules));
    }
  }

  private static LayerRule rule(String family, String key) {
    return find(family, key).orElseThrow();
  }

  /** Returns the rules of a family; none if it is not known. */
  static List<LayerRule> of(String family) {
    return FAMILIES.getOrDefault(family, List.of());
  }

  /** Returns the rule of a family about a key. */
  static Optional<LayerRule> find(String family, String key) {
    return of(family).stream().filter(rule -> rule.key().equals(key)).findFirst();
  }

  /** Returns whether all that a family computes of the numbers of layers is known. */
  static boolean isKnown(String family) {
    return FAMILIES.containsKey(family);
  }

  /** Returns the rules that a config may follow though its family is not known to. */
  static List<LayerRule> suspected(String family, JsonNode section) {
    return COMMON.stream()
        .filter(common -> section.hasNonNull(common.rule().key()))
        .filter(common -> find(family, common.rule().key()).isEmpty())
        .filter(common -> find(family, common.list()).isEmpty())
        .filter(common -> !section.path(common.list()).isArray())
        .map(Common::rule)
        .toList();
  }

  private static int number(JsonNode section, String key, int usual) {
    return section.path(key).asInt(usual);
  }

  private static Function<JsonNode, IntPredicate> lastOfEvery(int usual, String key) {
    return section -> {
      int every = Math.max(1, number(section, key, usual));
      return i -> (i + 1) % every == 0;
    };
  }

  private static Function<JsonNode, IntPredicate> firstOfEvery(int usual, String key) {
    return section -> {
      int every = Math.max(1, number(section, key, usual));
      return i -> i % every == 0;
    };
  }

  private static boolean slides(JsonNode section) {
    JsonNode window = section.path("sliding_window");
    return section.path("use_sliding_window").asBoolean(false) && !window.isNull();
  }

  private static Function<JsonNode, IntPredicate> slidingFrom(int usual) {
    return section -> {
      int first = number(section, "max_window_layers", usual);
      return i -> slides(section) && i >= first;
    };
  }

  private static Function<JsonNode, IntPredicate> slidingBelow(int usual) {
    return section -> {
      int end = number(section, "max_window_layers", usual);
      return i -> slides(section) && i < end && i % 2 == 0;
    };
  }

  private static LayerRule mlpTypes(int usual, String key) {
    return list(
        MLP_TYPES,
        "\"dense\"",
        "\"sparse\"",
        section -> {
          int first = number(section, key, usual);
          return i -> i < first;
        });
  }

  private static Function<JsonNode, IntFunction<String>> remainder(String key, int usual) {
    return section -> {
      int every = Math.max(1, number(section, key, usual));
      return i -> "number %d of every %d".formatted(i % every, every);
    };
  }

  private static LayerRule byRemainder(String key) {
    return fixed(key, remainder(key, 1));
  }

  private static Function<JsonNode, IntFunction<String>> numberUnless(String key, String value) {
    return section ->
        section.path(key).asText(value.equals("false") ? "false" : "").equals(value)
            ? i -> value
            : i -> "number " + i;
  }

  private static Function<JsonNode, IntFunction<String>> ernieExperts() {
    return section -> {
      int every = Math.max(1, number(section, "moe_layer_interval", 1));
      int first = number(section, "moe_layer_start_index", 1);
      int last = number(section, "moe_layer_end_index", -1);
      return i ->
          (i + 1) % every == 0 && i >= first && (last < 0 || i <= last) ? "sparse" : "dense";
    };
  }

  /** Every sixth layer is full; and the last, whatever a list says. */
  private static LayerRule lastIsFull() {
    LayerRule types = list(TYPES, FULL, SLIDING, lastOfEvery(6, ""));
    return new LayerRule(
        TYPES,
        (section, layers) -> {
          List<String> kinds = new ArrayList<>(types.kinds().of(section, layers));
          kinds.set(layers - 1, FULL);
          return kinds;
        },
        types.writing());
  }

  /** The last layers take keys and values from the last before them of the same kind. */
  private static LayerRule sharedKeys(int usual, LayerRule types) {
    return new LayerRule(
        SHARED,
        (section, layers) -> {
          int first = layers - number(section, SHARED, usual);
          if (first <= 0 || first >= layers) {
            return each(layers, i -> "with keys of its own");
          }
          List<String> kinds = types.kinds().of(section, layers).subList(0, first);
          return each(
              layers,
              i ->
                  i >= first
                      ? "without keys"
                      : kinds.lastIndexOf(kinds.get(i)) == i
                          ? "with keys that others use"
                          : "with keys of its own");
        },
        own -> Map.of(SHARED, Long.toString(own.stream().filter("without keys"::equals).count())));
  }

  /** One matrix holds what is added to all layers: none can come, go or move. */
  private static LayerRule perLayerInput() {
    return new LayerRule(
        PER_LAYER_INPUT,
        (section, layers) ->
            number(section, PER_LAYER_INPUT, 256) == 0
                ? each(layers, i -> "without input of its own")
                : each(layers, i -> "number %d of %d that share a matrix".formatted(i, layers)),
        own -> Map.of());
  }

  /** Kinds are repeated as often as stands behind them: {@code [[["global", "local"], 12]]}. */
  private static LayerRule attentionTypes() {
    String key = "attention_types";
    return new LayerRule(
        key,
        (section, layers) -> {
          List<String> kinds = new ArrayList<>();
          for (JsonNode item : section.path(key)) {
            List<String> repeated = LayerRule.values(item.path(0));
            int times = repeated.isEmpty() ? 0 : item.path(1).asInt();
            for (int i = 0; i < times && kinds.size() < layers; i++) {
              kinds.addAll(repeated);
            }
          }
          return section.hasNonNull(key)
              ? kinds
              : each(layers, i -> i % 2 == 0 ? "\"global\"" : "\"local\"");
        },
        own -> Map.of(key, "[[[" + String.join(", ", own) + "], 1]]"));
  }
}
