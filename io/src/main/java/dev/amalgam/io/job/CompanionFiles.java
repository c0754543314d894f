package dev.amalgam.io.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The small files that make a checkpoint a model: which of them a merged model gets. */
final class CompanionFiles {

  static final String TOKENIZER = "tokenizer.json";

  private static final List<String> OF_TOKENIZER =
      List.of(
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "chat_template.json",
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          "tokenizer.model",
          "spiece.model",
          "sentencepiece.bpe.model",
          "tekken.json");

  private static final List<String> OF_MODEL =
      List.of("generation_config.json", "preprocessor_config.json", "processor_config.json");

  private static final Set<String> WRITTEN =
      Set.of(
          ModelConfig.FILE,
          ModelCard.FILE,
          Provenance.FILE,
          "model.safetensors.index.json",
          OutputFolder.LOCK);

  private CompanionFiles() {}

  /** Returns whether a file of this name can be part of a merged model. */
  static boolean isPartOfModel(String name) {
    return isTensors(name)
        || OF_TOKENIZER.contains(name)
        || OF_MODEL.contains(name)
        || WRITTEN.contains(name);
  }

  /** Returns whether a file of this name holds tensors. */
  static boolean isTensors(String name) {
    return name.endsWith(".safetensors");
  }

  /** Returns the tokenizer's files in a model's folder. */
  static List<Path> ofTokenizer(Path folder) {
    return present(folder, OF_TOKENIZER);
  }

  /** Returns the files beside {@code config.json} that say how a model is used. */
  static List<Path> ofModel(Path folder) {
    return present(folder, OF_MODEL);
  }

  private static List<Path> present(Path folder, List<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isRegularFile).toList();
  }
}
