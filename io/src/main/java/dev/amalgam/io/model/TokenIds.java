package dev.amalgam.io.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The tokens of special meaning that a model's {@code config.json} and {@code
 * generation_config.json} name. Numbers that are no tokens of the model's are passed over: such
 * configs exist, and no token will ever be one of them.
 */
public final class TokenIds {

  private static final int MOST_BYTES = 64 << 20;

  private TokenIds() {}

  /** Returns the token that fills rows of a batch: the config's, or else 0. */
  public static int padding(Path folder, int vocabulary) {
    return ids(folder.resolve(ConfigText.FILE), "pad_token_id", vocabulary).stream()
        .findFirst()
        .orElse(0);
  }

  /** Returns the tokens that end a text: those that the two files name. */
  public static Set<Integer> endOfText(Path folder, int vocabulary) {
    Set<Integer> ids =
        new HashSet<>(ids(folder.resolve(ConfigText.FILE), "eos_token_id", vocabulary));
    Path generation = folder.resolve(CompanionFiles.GENERATION_CONFIG);
    if (Files.exists(generation)) {
      ids.addAll(ids(generation, "eos_token_id", vocabulary));
    }
    return ids;
  }

  // A number or a list of numbers.
  private static Set<Integer> ids(Path file, String key, int vocabulary) {
    JsonNode value = Json.read(file, MOST_BYTES).path(key);
    Set<Integer> ids = new HashSet<>();
    for (JsonNode id : value.isArray() ? value : Json.mapper().createArrayNode().add(value)) {
      if (id.isIntegralNumber()
          && id.canConvertToInt()
          && id.intValue() >= 0
          && id.intValue() < vocabulary) {
        ids.add(id.intValue());
      }
    }
    return ids;
  }
}
