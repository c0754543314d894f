package dev.amalgam.job.output;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.model.SpecialTokens.Token;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The numbers of the tokens that begin, end and fill texts, in the configs of a model whose
 * tokenizer names these tokens.
 *
 * @param tokens the tokenizer's tokens, by the keys of configs
 */
record SpecialTokenIds(Map<String, Token> tokens) {

  // The model itself, and the part of a model of several parts that has its tokens.
  private static final Set<String> PARTS = Set.of("", "/text_config");

  /**
   * Returns a config's text with the tokenizer's numbers where it has others. A list has the
   * tokenizer's in front then, and the rest behind.
   */
  String fitted(ConfigFile config) {
    JsonEdits edits = config.edits();
    edits.visit(
        place -> {
          Token token = tokens.get(place.key());
          String part = place.pointer().substring(0, Math.max(0, place.pointer().lastIndexOf('/')));
          if (token == null || !PARTS.contains(part)) {
            return;
          }
          JsonNode value = place.value();
          if (value.isArray()) {
            if (!names(value, token)) {
              ArrayNode all = Json.list().add(token.id());
              value.forEach(all::add);
              place.replace(all.toString());
            }
          } else if (!names(value, token)) {
            place.replace(Integer.toString(token.id()));
          }
        });
    return edits.text();
  }

  /** Tells of numbers that a config has otherwise than the tokenizer. */
  void compare(ConfigFile config, String model, Consumer<String> warnings) {
    tokens.forEach(
        (key, token) -> {
          JsonNode value = config.at("/" + key);
          if (!value.isMissingNode() && !value.isNull() && !names(value, token)) {
            warnings.accept(
                "%s of %s says %s = %s, while its tokenizer has the token %s for that, of number %d; both are kept, so check that texts end where they should"
                    .formatted(
                        config.path().getFileName(),
                        quote(model),
                        key,
                        value,
                        quote(token.content()),
                        token.id()));
          }
        });
  }

  private static boolean names(JsonNode value, Token token) {
    for (JsonNode id : value.isArray() ? value : Json.list().add(value)) {
      if (id.isIntegralNumber() && id.longValue() == token.id()) {
        return true;
      }
    }
    return false;
  }
}
