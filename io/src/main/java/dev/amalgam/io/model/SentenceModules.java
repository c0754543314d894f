package dev.amalgam.io.model;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Pooling;
import dev.amalgam.core.layer.Pooling.Mode;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What the files of sentence-transformers in a model's folder say of how a text becomes an
 * embedding. Without {@code modules.json} that is the mean of its tokens' last states.
 *
 * @param pooling makes the embedding of the last states
 * @param maxLength the most tokens of a text, if the files say
 * @param lowerCase whether a text is made lower-case first
 */
public record SentenceModules(Pooling pooling, OptionalInt maxLength, boolean lowerCase) {

  private static final String MODES = "pooling_mode";
  private static final Map<String, Mode> BY_NAME = new LinkedHashMap<>();
  private static final Map<String, Mode> BY_SWITCH = new LinkedHashMap<>();

  // The first that is there counts.
  private static final List<String> TRANSFORMER =
      Stream.of("bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet")
          .map("sentence_%s_config.json"::formatted)
          .toList();

  static {
    BY_NAME.put("cls", Mode.CLS);
    BY_NAME.put("max", Mode.MAX);
    BY_NAME.put("mean", Mode.MEAN);
    BY_NAME.put("mean_sqrt_len_tokens", Mode.MEAN_SQRT_LENGTH);
    BY_NAME.put("weightedmean", Mode.WEIGHTED_MEAN);
    BY_NAME.put("lasttoken", Mode.LAST);
    // In this order they are laid end to end.
    BY_SWITCH.put(MODES + "_cls_token", Mode.CLS);
    BY_SWITCH.put(MODES + "_max_tokens", Mode.MAX);
    BY_SWITCH.put(MODES + "_mean_tokens", Mode.MEAN);
    BY_SWITCH.put(MODES + "_mean_sqrt_len_tokens", Mode.MEAN_SQRT_LENGTH);
    BY_SWITCH.put(MODES + "_weightedmean_tokens", Mode.WEIGHTED_MEAN);
    BY_SWITCH.put(MODES + "_lasttoken", Mode.LAST);
  }

  /**
   * Returns what the files in a folder say.
   *
   * @throws dev.amalgam.core.AmalgamException if one is malformed, or asks for a module or a value
   *     that is not supported
   */
  public static SentenceModules of(Path folder) {
    Optional<ConfigFile> transformer =
        TRANSFORMER.stream()
            .map(folder::resolve)
            .filter(RegularFile::isThere)
            .findFirst()
            .map(ConfigFile::read);
    prompt(folder);
    return new SentenceModules(
        pooling(folder),
        transformer
            .flatMap(file -> file.values().optionalCount("max_seq_length"))
            .map(OptionalInt::of)
            .orElse(OptionalInt.empty()),
        transformer.map(file -> file.values().flag("do_lower_case", false)).orElse(false));
  }

  private static void prompt(Path folder) {
    Path file = folder.resolve("config_sentence_transformers.json");
    if (!RegularFile.isThere(file)) {
      return;
    }
    String key = "default_prompt_name";
    ConfigFile.read(file)
        .string(key)
        .ifPresent(
            name -> {
              throw new ModelException(
                  "%s: %s is %s, a prompt before every text, which is not supported; write it into the texts, and take the key out of a copy of the file"
                      .formatted(quote(file.toString()), key, quote(name)));
            });
  }

  private static Pooling pooling(Path folder) {
    Path list = folder.resolve(CompanionFiles.MODULES);
    if (!RegularFile.isThere(list)) {
      return Pooling.MEAN;
    }
    List<Mode> modes = List.of();
    boolean normalized = false;
    String before = "";
    for (JsonNode module : Json.read(list, ModuleFolders.MOST_BYTES)) {
      String type = module.path("type").asText("");
      String name = type.substring(type.lastIndexOf('.') + 1);
      switch (before + name) {
        case "Transformer" -> {
          // The model itself.
        }
        case "TransformerPooling" ->
            modes = modes(ModuleFolders.module(folder, list, module.path("path").asText("")));
        case "PoolingNormalize", "NormalizeNormalize" -> normalized = true;
        default ->
            throw new ModelException(
                "%s: a module %s%s is not supported; supported: Transformer, Pooling and Normalize, one behind the other"
                    .formatted(
                        quote(list.toString()),
                        quote(type),
                        before.isEmpty() ? " at the start" : " behind " + before));
      }
      before = name;
    }
    if (modes.isEmpty()) {
      throw new ModelException(
          "%s has no module Pooling, without which a text has no embedding"
              .formatted(quote(list.toString())));
    }
    return new Pooling(modes, normalized);
  }

  private static List<Mode> modes(Path module) {
    Path file = module.resolve(ConfigFile.NAME);
    if (!Files.exists(file)) {
      throw new ModelException(
          "%s is not there, and modules.json says that it tells how a text is pooled; copy it from the model that this one was made of"
              .formatted(quote(file.toString())));
    }
    ConfigFile config = ConfigFile.read(file);
    if (config.has(MODES)) {
      return named(config);
    }
    List<Mode> modes = new ArrayList<>();
    var values = config.values();
    for (String key : values.keys()) {
      if (key.startsWith(MODES) && !BY_SWITCH.containsKey(key) && values.flag(key, false)) {
        throw values.unsupported(key, String.join(", ", BY_SWITCH.keySet()));
      }
    }
    BY_SWITCH.forEach(
        (key, mode) -> {
          if (values.flag(key, false)) {
            modes.add(mode);
          }
        });
    return modes.isEmpty() ? List.of(Mode.MEAN) : modes;
  }

  private static List<Mode> named(ConfigFile config) {
    JsonNode value = config.at("/" + MODES);
    List<Mode> modes = new ArrayList<>();
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      Mode mode = BY_NAME.get(item.asText());
      if (mode == null) {
        throw config.values().unsupported(MODES, String.join(", ", BY_NAME.keySet()));
      }
      if (modes.contains(mode)) {
        throw new ModelException(
            "%s: %s names %s twice; name it once"
                .formatted(config.path(), MODES, quote(item.asText())));
      }
      modes.add(mode);
    }
    return modes.isEmpty() ? List.of(Mode.MEAN) : modes;
  }
}
