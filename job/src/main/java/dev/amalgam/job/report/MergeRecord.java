package dev.amalgam.job.report;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.merge.RepairHistory;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.ReportException;
import dev.amalgam.job.output.RepairJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a merged model's {@code amalgam.json} says of the merge.
 *
 * @param version the version of Amalgam
 * @param method the merge method
 * @param seed the seed
 * @param recipe the recipe's text
 * @param inputs the files that went in
 * @param repair how the model was repaired, if it was
 */
public record MergeRecord(
    String version,
    String method,
    String seed,
    String recipe,
    List<Input> inputs,
    Optional<RepairHistory> repair) {

  private static final String FILE = "amalgam.json";
  private static final int MOST_BYTES = 64 << 20;

  /**
   * A file that went into a merge.
   *
   * @param model what the recipe calls the model
   * @param file the file's name
   * @param hash its SHA-256, empty if it was not recorded
   */
  public record Input(String model, String file, String hash) {}

  /**
   * Returns what is recorded in a merged model's folder; nothing if it has no {@code amalgam.json}.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if that is malformed
   */
  public static Optional<MergeRecord> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode root = Json.read(file, MOST_BYTES);
    List<Input> inputs = new ArrayList<>();
    for (JsonNode input : root.path("inputs")) {
      inputs.add(
          new Input(
              input.path("model").asText(),
              input.path("file").asText(),
              input.path("sha256").asText()));
    }
    return Optional.of(
        new MergeRecord(
            root.path("amalgam").asText(),
            root.path("merge_method").asText(),
            root.path("seed").asText(),
            root.path("recipe").asText(),
            inputs,
            root.has("repair") ? Optional.of(repair(file, root.get("repair"))) : Optional.empty()));
  }

  private static RepairHistory repair(Path file, JsonNode node) {
    try {
      return RepairJson.read(node);
    } catch (IllegalArgumentException e) {
      throw new ReportException(
          "%s: %s is missing in 'repair', or is of another kind than there; remove 'repair' from the file, and the report will go without"
              .formatted(quote(file.toString()), quote(e.getMessage())));
    }
  }
}
