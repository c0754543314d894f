package dev.amalgam.io.quantization;

import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.JsonEdits;
import dev.amalgam.io.json.JsonPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The parts of a model's files that say that it is quantized, wherever they stand in them. */
public final class QuantizationSections {

  /** The file in which ModelOpt says so. */
  static final String MODEL_OPT = "hf_quant_config.json";

  private static final Set<String> KEYS = Set.of("quantization_config", "compression_config");

  // Of ModelOpt and MLX; other tools may mean something else by so plain a word.
  private static final String PLAIN_KEY = "quantization";
  private static final List<String> IN_PLAIN = List.of("quant_algo", "bits");

  private QuantizationSections() {}

  /**
   * Returns what the files of a folder say.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if one of them is malformed
   */
  static List<QuantizationClaim> in(Path folder, Optional<ConfigFile> config) {
    List<QuantizationClaim> claims = new ArrayList<>();
    config.ifPresent(read -> visit(read, claims::add));
    Path modelOpt = folder.resolve(MODEL_OPT);
    if (Files.isRegularFile(modelOpt)) {
      visit(ConfigFile.read(modelOpt), claims::add);
    }
    return List.copyOf(claims);
  }

  /** Returns a config that says nothing of it, since the weights are read dequantized. */
  public static ConfigFile removedFrom(ConfigFile config) {
    ConfigFile rest = config;
    // Sections that are next to each other may take several turns, as many as there are keys.
    for (JsonEdits edits = removal(rest); !edits.isEmpty(); edits = removal(rest)) {
      rest = rest.with(edits.text());
    }
    return rest;
  }

  private static JsonEdits removal(ConfigFile config) {
    JsonEdits edits = config.edits();
    edits.visit(
        place -> {
          if (isSection(place)) {
            place.removeMember();
          }
        });
    return edits;
  }

  private static void visit(ConfigFile file, Consumer<QuantizationClaim> claims) {
    file.edits()
        .visit(
            place -> {
              if (isSection(place)) {
                claims.accept(QuantizationClaim.of(file.path(), place.pointer(), place.value()));
              }
            });
  }

  private static boolean isSection(JsonPlace place) {
    return KEYS.contains(place.key()) && !place.value().isNull()
        || place.key().equals(PLAIN_KEY)
            && place.isObject()
            && IN_PLAIN.stream().anyMatch(place.value()::has);
  }
}
