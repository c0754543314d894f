package dev.amalgam.job.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.merge.RepairHistory;
import dev.amalgam.core.name.Renaming;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.OutputFile;
import dev.amalgam.job.model.InputFile;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a merged model was made from and how: enough to check every file and to repeat the merge.
 * Nothing in it depends on when, where or by how many threads the merge was run.
 */
public final class Provenance {

  /** The file's name in the output folder. */
  public static final String FILE = "amalgam.json";

  private Provenance() {}

  /**
   * A file that the merge read.
   *
   * @param model the reference of the model it belongs to
   * @param name the file's name
   * @param bytes its size
   * @param sha256 its digest in hexadecimal, if it was computed
   */
  public record Input(String model, String name, long bytes, Optional<String> sha256) {}

  /** Returns the files that a merge read, with their digests as far as these are computed. */
  public static List<Input> inputs(List<InputFile> files, InputHashes hashes) {
    return files.stream()
        .map(
            file ->
                new Input(
                    file.model(),
                    file.name(),
                    InputHashes.size(file.path()),
                    hashes.await(file.path())))
        .toList();
  }

  public static String of(
      MergeSettings settings,
      String recipeText,
      String method,
      List<String> choices,
      Optional<RepairHistory> repair,
      String randomMasks,
      List<Renaming> renamings,
      List<Input> inputs,
      List<OutputFile> outputs) {
    ObjectNode root = Json.object();
    root.put("amalgam", AmalgamVersion.get());
    root.put("merge_method", method);
    root.put("seed", settings.seed());
    root.put("random_masks", randomMasks.toLowerCase(Locale.ROOT));
    if (!choices.isEmpty()) {
      ArrayNode chosen = root.putArray("chosen");
      choices.forEach(chosen::add);
    }
    repair.ifPresent(history -> root.set("repair", RepairJson.of(history)));
    if (!renamings.isEmpty()) {
      ArrayNode renamed = root.putArray("renamed");
      for (Renaming renaming : renamings) {
        ObjectNode node = renamed.addObject().put("model", renaming.model());
        node.put("from", renaming.from()).put("to", renaming.to());
        node.put("tensors", renaming.tensors());
      }
    }
    root.put("recipe", recipeText);
    ArrayNode in = root.putArray("inputs");
    for (Input input : inputs) {
      ObjectNode node = in.addObject().put("model", input.model()).put("file", input.name());
      node.put("bytes", input.bytes());
      input.sha256().ifPresent(sha256 -> node.put("sha256", sha256));
    }
    ArrayNode out = root.putArray("outputs");
    for (OutputFile output : outputs) {
      ObjectNode node = out.addObject().put("file", output.name()).put("bytes", output.bytes());
      output.sha256().ifPresent(sha256 -> node.put("sha256", sha256));
    }
    return Json.write(root);
  }
}
