package dev.amalgam.io.model;

import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.RegularFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The small files that make a checkpoint a model: which of them a merged model gets. */
public final class CompanionFiles {

  public static final String TOKENIZER = "tokenizer.json";
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  public static final String ADDED_TOKENS = "added_tokens.json";
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** The size above which none of them is read or copied. */
  public static final int MOST_BYTES = 512 << 20;

  private static final List<String> BESIDE_VOCABULARIES =
      List.of(
          TOKENIZER,
          TOKENIZER_CONFIG,
          "special_tokens_map.json",
          ADDED_TOKENS,
          "chat_template.jinja",
          "chat_template.json");

  private static final List<String> VOCABULARIES =
      List.of(
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          "tokenizer.model",
          "spiece.model",
          "sentencepiece.bpe.model",
          "tekken.json");

  private static final List<String> OF_MODEL =
      List.of(GENERATION_CONFIG, "preprocessor_config.json", "processor_config.json");

  private static final Set<String> BESIDE_TENSORS =
      Set.of(ConfigFile.NAME, "model.safetensors.index.json");

  private CompanionFiles() {}

  /** Returns whether a file of this name can be part of a model and holds no tensors. */
  public static boolean isPartOfModel(String name) {
    return BESIDE_VOCABULARIES.contains(name)
        || VOCABULARIES.contains(name)
        || OF_MODEL.contains(name)
        || BESIDE_TENSORS.contains(name);
  }

  /** Returns whether a folder has a tokenizer. */
  static boolean hasTokenizer(Path folder) {
    return RegularFile.isThere(folder.resolve(TOKENIZER))
        || !present(folder, VOCABULARIES).isEmpty();
  }

  /** Returns the tokenizer's files in a model's folder. */
  public static List<Path> ofTokenizer(Path folder) {
    return Stream.of(BESIDE_VOCABULARIES, VOCABULARIES)
        .flatMap(names -> present(folder, names).stream())
        .toList();
  }

  /**
   * Returns the files of a tokenizer that stay when tokens are added to its {@code tokenizer.json}:
   * all but other forms of the vocabulary, which do not know these tokens.
   */
  public static List<Path> ofExtendedTokenizer(Path folder) {
    return present(folder, BESIDE_VOCABULARIES);
  }

  /** Returns the files beside {@code config.json} that say how a model is used. */
  public static List<Path> ofModel(Path folder) {
    return present(folder, OF_MODEL);
  }

  private static List<Path> present(Path folder, List<String> names) {
    List<Path> present = names.stream().map(folder::resolve).filter(RegularFile::isThere).toList();
    present.forEach(file -> RegularFile.checkSize(file, MOST_BYTES));
    return present;
  }
}
