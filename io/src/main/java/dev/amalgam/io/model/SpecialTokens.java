package dev.amalgam.io.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The tokens that begin, end and fill texts, as a tokenizer names them. */
public final class SpecialTokens {

  /**
   * A token.
   *
   * @param content its text
   * @param id its number
   */
  public record Token(String content, int id) {}

  private SpecialTokens() {}

  /**
   * Returns the tokens that a folder's {@code tokenizer_config.json} names, by the keys of their
   * ids in the configs of models, {@code eos_token_id} and so on; without those whose number
   * neither it nor {@code tokenizer.json} says.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if one of the files is no JSON
   */
  public static Map<String, Token> of(Path folder) {
    Map<String, Token> tokens = new LinkedHashMap<>();
    Path file = folder.resolve(CompanionFiles.TOKENIZER_CONFIG);
    if (!Files.isRegularFile(file)) {
      return tokens;
    }
    ConfigFile config = ConfigFile.read(file);
    Optional<Map<String, Long>> vocabulary = Optional.empty();
    for (String role : new String[] {"bos_token", "eos_token", "pad_token"}) {
      JsonNode token = config.at("/" + role);
      String content = token.isObject() ? token.path("content").asText("") : token.asText("");
      if (content.isEmpty() || token.isNull()) {
        continue;
      }
      Optional<Integer> id = added(config, content);
      if (id.isEmpty()) {
        vocabulary = vocabulary.or(() -> VocabularyDifference.vocabularyIn(folder));
        id = vocabulary.map(ids -> ids.get(content)).map(Long::intValue);
      }
      id.ifPresent(number -> tokens.put(role + "_id", new Token(content, number)));
    }
    return tokens;
  }

  private static Optional<Integer> added(ConfigFile config, String content) {
    return config.at("/added_tokens_decoder").properties().stream()
        .filter(entry -> entry.getValue().path("content").asText("").equals(content))
        .filter(entry -> entry.getKey().matches("[0-9]{1,9}"))
        .map(entry -> Integer.valueOf(entry.getKey()))
        .findFirst();
  }
}
