package dev.amalgam.io.model;

import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.RegularFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens of special meaning that a model's {@code config.json} and {@code
 * generation_config.json} name. Numbers that are no tokens of the model's are passed over: such
 * configs exist, and no token will ever be one of them.
 */
public final class TokenIds {

  private TokenIds() {}

  /** Returns the token that fills rows of a batch: the config's, or else 0. */
  public static int padding(Path folder, int vocabulary) {
    return ids(folder.resolve(ConfigFile.NAME), "pad_token_id", vocabulary).stream()
        .findFirst()
        .orElse(0);
  }

  /** Returns the tokens that end a text: those that the two files name. */
  public static Set<Integer> endOfText(Path folder, int vocabulary) {
    Set<Integer> ids =
        new HashSet<>(ids(folder.resolve(ConfigFile.NAME), "eos_token_id", vocabulary));
    Path generation = folder.resolve(CompanionFiles.GENERATION_CONFIG);
    if (RegularFile.isThere(generation)) {
      ids.addAll(ids(generation, "eos_token_id", vocabulary));
    }
    return ids;
  }

  private static List<Integer> ids(Path file, String key, int vocabulary) {
    return ConfigFile.read(file).integers(key).stream()
        .filter(id -> id >= 0 && id < vocabulary)
        .toList();
  }
}
