package dev.amalgam.job.model;

import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a model has what is no tensor. The result of a stage has what it takes from its inputs.
 *
 * @param reference what the recipe calls the model that the folder belongs to
 * @param folder the folder of config and the like
 * @param config the config
 * @param edited the texts of files beside the config that are not as they are in the folder, by
 *     name
 * @param tokenizer the tokenizer
 */
public record ModelFiles(
    String reference,
    Path folder,
    Optional<ConfigFile> config,
    Map<String, String> edited,
    ModelTokenizer tokenizer) {

  /** Copies the map. */
  public ModelFiles {
    edited = Map.copyOf(edited);
  }
}
