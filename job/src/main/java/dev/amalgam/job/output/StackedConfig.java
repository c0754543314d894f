package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.amalgam.core.plan.LayerOrigin;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.json.JsonPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The config of a stack of slices: the template's, with the stack's number of layers, and in every
 * list of as many values as the template has layers the value of each layer where it comes from.
 * What kinds layers are of is said where the models compute it from their numbers.
 */
final class StackedConfig {

  private static final Set<String> COUNTS =
      Set.of("num_hidden_layers", "num_layers", "n_layer", "n_layers", "num_decoder_layers");

  /** Lists of the numbers of layers. */
  private static final Set<String> NUMBERS =
      Set.of(
          "mlp_only_layers",
          "moe_layers",
          "cross_attention_layers",
          "full_attn_idxs",
          "attn_layer_indices",
          "hybrid_layer_ids",
          "local_layer_ids");

  /** Lists of the numbers of layers, the first of which is 1. */
  private static final Set<String> NUMBERS_FROM_ONE = Set.of("kda_layers", "full_attn_layers");

  /** Objects with the numbers of layers as keys. */
  private static final Set<String> BY_NUMBER = Set.of("per_layer_config");

  /** Texts with a character for each layer. */
  private static final Set<String> TEXTS = Set.of("hybrid_override_pattern");

  /** Configs of what pictures and sounds go through. */
  private static final Set<String> BESIDE = Set.of("vision_config", "audio_config");

  /** Lists of something else than layers, whatever their length. */
  private static final List<String> OTHERS =
      List.of(
          "architectures", "token_id", "token_ids", "tokens", "rope_scaling", "rope_parameters");

  private final ConfigFile template;
  private final MergePlan plan;
  private final Map<Checkpoint, ConfigFile> configs;
  private final int layers;
  private final List<String> counts = new ArrayList<>();

  private StackedConfig(ConfigFile template, MergePlan plan, Map<Checkpoint, ConfigFile> configs) {
    this.template = template;
    this.plan = plan;
    this.configs = configs;
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
   *     list has no value for a layer of another model, or no config can say of what kinds the
   *     layers are that the model tells apart by their numbers
   */
  static String of(
      ConfigFile template,
      MergePlan plan,
      Map<Checkpoint, ConfigFile> configs,
      Consumer<String> warnings) {
    StackedConfig stacked = new StackedConfig(template, plan, configs);
    ConfigFile config = template.with(stacked.edited());
    return new LayerKinds(template, plan, configs, warnings).kept(config, stacked.counts);
  }

  private String edited() {
    JsonEdits edits = template.edits();
    edits.visit(
        place -> {
          if (BESIDE.contains(place.key())) {
            place.skip();
          } else if (place.isList()) {
            list(place);
          } else if (place.isScalar()) {
            scalar(place);
          } else if (BY_NUMBER.contains(place.key())) {
            byNumber(place);
          }
        });
    if (counts.isEmpty()) {
      throw new CheckpointException(
          "%s: it does not say that the model has %d layers, as many as its tensors have (num_hidden_layers or the like), so the stack's number of layers cannot be written; correct it"
              .formatted(quote(template.path().toString()), layers));
    }
    return edits.text();
  }

  private void scalar(JsonPlace place) {
    if (COUNTS.contains(place.key()) && place.written().equals(Integer.toString(layers))) {
      place.replace(Integer.toString(plan.layers().size()));
      counts.add(place.pointer());
    } else if (TEXTS.contains(place.key()) && place.value().asText().length() == layers) {
      StringBuilder text = new StringBuilder();
      plan.layers().forEach(layer -> text.append(character(layer, place.pointer())));
      place.replace(TextNode.valueOf(text.toString()).toString());
    }
  }

  private char character(LayerOrigin layer, String pointer) {
    String text = configs.getOrDefault(layer.model(), template).at(pointer).asText();
    if (text.length() != layer.layers()) {
      throw lacking(layer, "text", pointer);
    }
    return text.charAt(layer.layer());
  }

  private void byNumber(JsonPlace place) {
    ObjectNode stacked = Json.object();
    for (int i = 0; i < plan.layers().size(); i++) {
      LayerOrigin layer = plan.layers().get(i);
      JsonNode all = configs.getOrDefault(layer.model(), template).at(place.pointer());
      if (!all.isObject()) {
        throw lacking(layer, "object", place.pointer());
      }
      JsonNode own = all.path(Integer.toString(layer.layer()));
      if (!own.isMissingNode()) {
        stacked.set(Integer.toString(i), own);
      }
    }
    if (!stacked.equals(place.value())) {
      place.replace(stacked.toString());
    }
  }

  private void list(JsonPlace place) {
    List<String> values = template.list(place.pointer()).orElseThrow();
    if (NUMBERS.contains(place.key())) {
      place.replaceByList(renumbered(place.pointer(), values, 0));
    } else if (NUMBERS_FROM_ONE.contains(place.key())) {
      place.replaceByList(renumbered(place.pointer(), values, 1));
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

  private List<String> renumbered(String pointer, List<String> ofTemplate, int first) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < plan.layers().size(); i++) {
      LayerOrigin layer = plan.layers().get(i);
      String number = Integer.toString(first + layer.layer());
      if (listOf(layer, pointer).orElse(ofTemplate).contains(number)) {
        numbers.add(Integer.toString(first + i));
      }
    }
    return numbers;
  }

  private String value(LayerOrigin layer, String pointer, List<String> ofTemplate) {
    return listOf(layer, pointer)
        .filter(list -> list.size() == layer.layers())
        .or(() -> computed(layer, pointer))
        .or(() -> Optional.of(ofTemplate).filter(list -> list.size() == layer.layers()))
        .map(list -> list.get(layer.layer()))
        .orElseThrow(() -> lacking(layer, "list", pointer));
  }

  /** Returns what a model without the list computes of the numbers of its layers. */
  private Optional<List<String>> computed(LayerOrigin layer, String pointer) {
    int slash = pointer.lastIndexOf('/');
    return Optional.ofNullable(configs.get(layer.model()))
        .map(config -> config.at(pointer.substring(0, slash)))
        .flatMap(
            section ->
                LayerRules.find(section.path("model_type").asText(), pointer.substring(slash + 1))
                    .map(rule -> rule.kinds().of(section, layer.layers())));
  }

  private CheckpointException lacking(LayerOrigin layer, String what, String pointer) {
    return new CheckpointException(
        "%s: it has no %s %s of %d values, one for each layer, as the config of %s has; add it"
            .formatted(
                quote(layer.model().name()),
                what,
                quote(pointer),
                layer.layers(),
                quote(plan.template().name())));
  }

  private Optional<List<String>> listOf(LayerOrigin layer, String pointer) {
    return Optional.ofNullable(configs.get(layer.model())).flatMap(config -> config.list(pointer));
  }
}
