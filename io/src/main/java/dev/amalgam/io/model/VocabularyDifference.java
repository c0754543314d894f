package dev.amalgam.io.model;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileBytes;
import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.json.Json;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Whether two vocabularies differ in what token each row of an embedding stands for. */
public final class VocabularyDifference {

  private static final int MOST_BYTES = 512 << 20;

  private VocabularyDifference() {}

  /**
   * Returns what the vocabulary of {@code other}'s {@code tokenizer.json} has otherwise than that
   * of {@code folder}'s, or nothing if they agree or one of the folders has none.
   */
  public static Optional<String> of(Path folder, Path other) {
    Path file = folder.resolve(CompanionFiles.TOKENIZER);
    Path otherFile = other.resolve(CompanionFiles.TOKENIZER);
    if (!RegularFile.isThere(file)
        || !RegularFile.isThere(otherFile)
        || FileBytes.areEqual(file, otherFile)) {
      return Optional.empty();
    }
    Map<String, Long> ids = vocabulary(file);
    Map<String, Long> otherIds = vocabulary(otherFile);
    return first(ids, otherIds, true)
        .or(
            () ->
                ids.size() == otherIds.size()
                    ? Optional.empty()
                    : Optional.of("it has more tokens"));
  }

  /**
   * Returns which token both have, but under different ids: texts of the one then mean nothing to
   * the other's model. Tokens that only one has do no harm.
   */
  public static Optional<String> inSharedTokens(Path folder, Path other) {
    Optional<Map<String, Long>> ids = vocabularyIn(folder);
    Optional<Map<String, Long>> otherIds = vocabularyIn(other);
    return ids.isEmpty() || otherIds.isEmpty()
        ? Optional.empty()
        : first(ids.get(), otherIds.get(), false);
  }

  private static Optional<String> first(
      Map<String, Long> ids, Map<String, Long> otherIds, boolean absentToo) {
    return ids.entrySet().stream()
        .filter(entry -> absentToo || otherIds.containsKey(entry.getKey()))
        .filter(entry -> !entry.getValue().equals(otherIds.get(entry.getKey())))
        .min(Map.Entry.comparingByValue())
        .map(entry -> describe(entry.getKey(), entry.getValue(), otherIds.get(entry.getKey())));
  }

  private static String describe(String token, long id, Long otherId) {
    return otherId == null
        ? "it has no token " + quote(token)
        : "token %s has id %d, not %d".formatted(quote(token), otherId, id);
  }

  /** Returns the ids of tokens by a folder's {@code tokenizer.json}, if it has one. */
  static Optional<Map<String, Long>> vocabularyIn(Path folder) {
    return Optional.of(folder.resolve(CompanionFiles.TOKENIZER))
        .filter(RegularFile::isThere)
        .map(VocabularyDifference::vocabulary);
  }

  private static Map<String, Long> vocabulary(Path file) {
    JsonNode tokenizer = Json.read(file, MOST_BYTES);
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    Map<String, Long> ids = new HashMap<>();
    if (vocabulary.isArray()) {
      // Unigram: a list of (token, score), whose place is the id.
      for (int i = 0; i < vocabulary.size(); i++) {
        ids.put(vocabulary.get(i).path(0).asText(), (long) i);
      }
    } else if (!vocabulary.isObject()) {
      throw new CheckpointException(
          quote(file.toString()) + " has no vocabulary (model.vocab); the file is damaged");
    } else {
      vocabulary.properties().forEach(e -> ids.put(e.getKey(), e.getValue().asLong()));
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      ids.put(added.path("content").asText(), added.path("id").asLong());
    }
    return ids;
  }
}
