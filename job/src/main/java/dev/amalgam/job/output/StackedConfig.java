package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.plan.LayerOrigin;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.model.ConfigText;
import java.io.IOException;
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

  private record Edit(int start, int end, String value) {}

  private final String text;
  private final MergePlan plan;
  private final Map<Checkpoint, ConfigText> configs;
  private final Consumer<String> warnings;
  private final ConfigText template;
  private final int layers;
  private final List<Edit> edits = new ArrayList<>();
  private boolean counted;

  private StackedConfig(
      String text,
      MergePlan plan,
      Map<Checkpoint, ConfigText> configs,
      int layers,
      Consumer<String> warnings) {
    this.text = text;
    this.plan = plan;
    this.configs = configs;
    this.template = configs.get(plan.template());
    this.layers = layers;
    this.warnings = warnings;
  }

  /**
   * Returns the text of the stack's config.
   *
   * @param text the template's
   * @param plan a plan with layers
   * @param configs the configs of the models that have one, the template among them
   * @param warnings hears what may be wrong with the result
   * @throws CheckpointException if the template's config does not say how many layers it has, or a
   *     list has no value for a layer of another model
   */
  static String of(
      String text, MergePlan plan, Map<Checkpoint, ConfigText> configs, Consumer<String> warnings) {
    return new StackedConfig(text, plan, configs, plan.templateLayers(), warnings).edited();
  }

  private String edited() {
    try (JsonParser parser = Json.mapper().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY) {
          array(parser);
        } else if (token.isScalarValue() && parser.currentName() instanceof String key) {
          scalar(parser, key);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(template.file() + " was JSON before", e);
    }
    if (!counted) {
      throw new CheckpointException(
          "%s: it does not say that the model has %d layers, as many as its tensors have (num_hidden_layers or the like), so the stack's number of layers cannot be written; correct it"
              .formatted(quote(template.file().toString()), layers));
    }
    StringBuilder edited = new StringBuilder(text);
    for (Edit edit : edits.reversed()) {
      edited.replace(edit.start(), edit.end(), edit.value());
    }
    return edited.toString();
  }

  private void scalar(JsonParser parser, String key) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    if (COUNTS.contains(key)
        && parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getText().equals(Integer.toString(layers))) {
      edits.add(new Edit(start, start + parser.getText().length(), "" + plan.layers().size()));
      counted = true;
    } else if (RULES.contains(key)
        && parser.currentToken() != JsonToken.VALUE_NULL
        && !keepsNumbers()) {
      warnings.accept(
          "config.json says %s = %s, from which some models compute what a layer is like by its number; the slices renumber layers, so check that the result is what you want"
              .formatted(quote(key), quote(parser.getText())));
    }
  }

  /** Returns whether each layer of the stack had its number before. */
  private boolean keepsNumbers() {
    return IntStream.range(0, plan.layers().size())
        .allMatch(i -> plan.layers().get(i).layer() == i);
  }

  private void array(JsonParser parser) throws IOException {
    JsonPointer place = parser.getParsingContext().getParent().pathAsPointer();
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    int end = (int) parser.currentLocation().getCharOffset();
    String key = place.last() == null ? "" : String.valueOf(place.last().getMatchingProperty());
    JsonNode list = template.json().at(place);
    if (NUMBERS.contains(key)) {
      edits.add(new Edit(start, end, written(start, end, renumbered(place))));
    } else if (list.size() == layers && !isOther(place)) {
      List<String> values = new ArrayList<>();
      for (LayerOrigin layer : plan.layers()) {
        values.add(value(layer, place, list).toString());
      }
      edits.add(new Edit(start, end, written(start, end, values)));
    }
  }

  private static boolean isOther(JsonPointer place) {
    for (JsonPointer part = place; !part.matches(); part = part.tail()) {
      String name = part.getMatchingProperty();
      if (OTHERS.stream().anyMatch(other -> name.startsWith(other) || name.endsWith(other))) {
        return true;
      }
    }
    return false;
  }

  private List<String> renumbered(JsonPointer place) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < plan.layers().size(); i++) {
      LayerOrigin layer = plan.layers().get(i);
      for (JsonNode number : listOf(layer, place).orElse(template.json().at(place))) {
        if (number.isInt() && number.intValue() == layer.layer()) {
          numbers.add(Integer.toString(i));
          break;
        }
      }
    }
    return numbers;
  }

  private JsonNode value(LayerOrigin layer, JsonPointer place, JsonNode ofTemplate) {
    return listOf(layer, place)
        .filter(list -> list.size() == layer.layers())
        .or(() -> Optional.of(ofTemplate).filter(list -> list.size() == layer.layers()))
        .map(list -> list.get(layer.layer()))
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: it has no list %s of %d values, one for each layer, as the config of %s has; add it"
                        .formatted(
                            quote(layer.model().name()),
                            quote(place.toString()),
                            layer.layers(),
                            quote(plan.template().name()))));
  }

  private Optional<JsonNode> listOf(LayerOrigin layer, JsonPointer place) {
    return Optional.ofNullable(configs.get(layer.model()))
        .map(config -> config.json().at(place))
        .filter(JsonNode::isArray);
  }

  /** Returns a list as JSON, over as many lines as the text from start to end is. */
  private String written(int start, int end, List<String> values) {
    if (values.isEmpty() || text.substring(start, end).indexOf('\n') < 0) {
      return "[" + String.join(", ", values) + "]";
    }
    String line = text.substring(text.lastIndexOf('\n', start) + 1, start);
    String indent = "\n" + line.substring(0, line.length() - line.stripLeading().length());
    return "[" + indent + "  " + String.join("," + indent + "  ", values) + indent + "]";
  }
}
