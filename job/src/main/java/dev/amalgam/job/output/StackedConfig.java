package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonPointer;
import dev.amalgam.core.plan.LayerOrigin;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.json.JsonPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The config of a stack of slices: the template's, with the stack's number of layers, and in every
 * list of as many values as the template has layers the value of each layer where it comes from.
 */
final class StackedConfig {

  private static final Set<String> COUNTS =
      Set.of("num_hidden_layers", "num_layers", "n_layer", "n_layers", "num_decoder_layers");

  /** Lists of the numbers of layers. */
  private static final Set<String> NUMBERS =
      Set.of("mlp_only_layers", "cross_attention_layers", "full_attn_idxs", "attn_layer_indices");

  /** Lists of something else than layers, whatever their length. */
  private static final List<String> OTHERS =
      List.of("architectures", "token_id", "token_ids", "tokens", "rope_", "mrope_");

  /** Values from which some families compute what a layer is like from its number. */
  private static final Set<String> RULES =
      Set.of(
          "first_k_dense_replace",
          "moe_layer_freq",
          "decoder_sparse_step",
          "sliding_window_pattern",
          "attn_layer_period",
          "attn_layer_offset",
          "expert_layer_period",
          "expert_layer_offset",
          "interleave_moe_layer_step",
          "no_rope_layer_interval",
          "global_attn_every_n_layers",
          "attention_types",
          "hybrid_override_pattern");

  private final ConfigFile template;
  private final MergePlan plan;
  private final Map<Checkpoint, ConfigFile> configs;
  private final Consumer<String> warnings;
  private final int layers;
  private boolean counted;

  private StackedConfig(
      ConfigFile template,
      MergePlan plan,
      Map<Checkpoint, ConfigFile> configs,
      Consumer<String> warnings) {
    this.template = template;
    this.plan = plan;
    this.configs = configs;
    this.warnings = warnings;
    this.layers = plan.templateLayers();
  }

  /**
   * Returns the text of the stack's config.
   *
   * @param template the template's config, perhaps edited already
   * @param plan a plan with layers
   * @param configs the configs of the models that have one, the template among them
   * @param warnings hears what may be wrong with the result
   * @throws CheckpointException if the template's config does not say how many layers it has, or a
   *     list has no value for a layer of another model
   */
  static String of(
      ConfigFile template,
      MergePlan plan,
      Map<Checkpoint, ConfigFile> configs,
      Consumer<String> warnings) {
    return new StackedConfig(template, plan, configs, warnings).edited();
  }

  private String edited() {
    JsonEdits edits = template.edits();
    edits.visit(
        place -> {
          if (place.isList()) {
            list(place);
          } else if (place.isScalar()) {
            scalar(place);
          }
        });
    if (!counted) {
      throw new CheckpointException(
          "%s: it does not say that the model has %d layers, as many as its tensors have (num_hidden_layers or the like), so the stack's number of layers cannot be written; correct it"
              .formatted(quote(template.path().toString()), layers));
    }
    return edits.text();
  }

  private void scalar(JsonPlace place) {
    if (COUNTS.contains(place.key()) && place.written().equals(Integer.toString(layers))) {
      place.replace(Integer.toString(plan.layers().size()));
      counted = true;
    } else if (RULES.contains(place.key()) && !place.value().isNull() && !keepsNumbers()) {
      warnings.accept(
          "config.json says %s = %s, from which some models compute what a layer is like by its number; the slices renumber layers, so check that the result is what you want"
              .formatted(quote(place.key()), quote(place.value().asText())));
    }
  }

  /** Returns whether each layer of the stack had its number before. */
  private boolean keepsNumbers() {
    return IntStream.range(0, plan.layers().size())
        .allMatch(i -> plan.layers().get(i).layer() == i);
  }

  private void list(JsonPlace place) {
    List<String> values = template.list(place.pointer()).orElseThrow();
    if (NUMBERS.contains(place.key())) {
      place.replaceByList(renumbered(place.pointer(), values));
    } else if (values.size() == layers && !isOther(place.pointer())) {
      place.replaceByList(
          plan.layers().stream().map(layer -> value(layer, place.pointer(), values)).toList());
    } else {
      place.skip();
    }
  }

  private static boolean isOther(String pointer) {
    for (JsonPointer part = JsonPointer.compile(pointer); !part.matches(); part = part.tail()) {
      String name = part.getMatchingProperty();
      if (OTHERS.stream().anyMatch(other -> name.startsWith(other) || name.endsWith(other))) {
        return true;
      }
    }
    return false;
  }

  private List<String> renumbered(String pointer, List<String> ofTemplate) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < plan.layers().size(); i++) {
      LayerOrigin layer = plan.layers().get(i);
      if (listOf(layer, pointer).orElse(ofTemplate).contains(Integer.toString(layer.layer()))) {
        numbers.add(Integer.toString(i));
      }
    }
    return numbers;
  }

  private String value(LayerOrigin layer, String pointer, List<String> ofTemplate) {
    return listOf(layer, pointer)
        .filter(list -> list.size() == layer.layers())
        .or(() -> Optional.of(ofTemplate).filter(list -> list.size() == layer.layers()))
        .map(list -> list.get(layer.layer()))
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: it has no list %s of %d values, one for each layer, as the config of %s has; add it"
                        .formatted(
                            quote(layer.model().name()),
                            quote(pointer),
                            layer.layers(),
                            quote(plan.template().name()))));
  }

  private Optional<List<String>> listOf(LayerOrigin layer, String pointer) {
    return Optional.ofNullable(configs.get(layer.model())).flatMap(config -> config.list(pointer));
  }
}
