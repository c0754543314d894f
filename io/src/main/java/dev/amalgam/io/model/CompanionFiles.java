package dev.amalgam.io.model;

import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The small files that make a checkpoint a model: which of them a merged model gets. */
public final class CompanionFiles {

  public static final String TOKENIZER = "tokenizer.json";
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  public static final String ADDED_TOKENS = "added_tokens.json";
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** The size above which none of them is read or copied. */
  public static final int MOST_BYTES = 512 << 20;

  /** The list of a sentence-transformers model's modules, a JSON array. */
  public static final String MODULES = "modules.json";

  private static final List<String> BESIDE_VOCABULARIES =
      List.of(
          TOKENIZER,
          TOKENIZER_CONFIG,
          "special_tokens_map.json",
          ADDED_TOKENS,
          "normalizer.json",
          "chat_template.jinja",
          "chat_template.json");

  private static final List<String> VOCABULARIES =
      List.of(
          "vocab.json",
          "vocab.txt",
          "merges.txt",
          "target_vocab.json",
          "bpe.codes",
          "tokenizer.model",
          "spiece.model",
          "sentencepiece.bpe.model",
          "tekken.json");

  private static final Pattern OTHER_VOCABULARIES = Pattern.compile(".+\\.(tiktoken|spm|model)");

  private static final List<String> TEMPLATE_FOLDERS =
      List.of("additional_chat_templates", "chat_templates");

  private static final List<String> OF_MODEL =
      List.of(
          GENERATION_CONFIG,
          "preprocessor_config.json",
          "processor_config.json",
          "video_preprocessor_config.json",
          MODULES,
          "config_sentence_transformers.json");

  private static final Pattern OTHERS_OF_MODEL =
      Pattern.compile("sentence_\\w+_config\\.json|(LICEN[CS]E|NOTICE|COPYING)([.-].+)?");

  private static final Pattern CODE = Pattern.compile(".+\\.py");

  private CompanionFiles() {}

  /**
   * Returns whether a file of this name in a model's folder, or a folder of this name, can be part
   * of the model and holds no tensors.
   */
  public static boolean isPartOfModel(Path file) {
    Path folder = file.getParent();
    String name = file.getFileName().toString();
    return BESIDE_VOCABULARIES.contains(name)
        || VOCABULARIES.contains(name)
        || OF_MODEL.contains(name)
        || name.equals(ConfigFile.NAME)
        || name.equals("model.safetensors.index.json")
        || Stream.concat(ofModel(folder).stream(), ofTokenizer(folder).stream())
            .anyMatch(part -> part.startsWith(file));
  }

  /** Returns whether a folder has a tokenizer. */
  static boolean hasTokenizer(Path folder) {
    return RegularFile.isThere(folder.resolve(TOKENIZER))
        || !present(folder, VOCABULARIES).isEmpty()
        || !matching(folder, OTHER_VOCABULARIES).isEmpty();
  }

  /**
   * Returns the tokenizer's files in a model's folder, those in folders of templates among them.
   */
  public static List<Path> ofTokenizer(Path folder) {
    return Stream.of(
            ofExtendedTokenizer(folder),
            present(folder, VOCABULARIES),
            matching(folder, OTHER_VOCABULARIES))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /**
   * Returns the files of a tokenizer that stay when tokens are added to its {@code tokenizer.json}:
   * all but other forms of the vocabulary, which do not know these tokens.
   */
  public static List<Path> ofExtendedTokenizer(Path folder) {
    return Stream.concat(
            present(folder, BESIDE_VOCABULARIES).stream(),
            TEMPLATE_FOLDERS.stream().flatMap(name -> allIn(folder.resolve(name)).stream()))
        .toList();
  }

  /**
   * Returns the files beside {@code config.json} that say how a model is used: its modules of
   * sentence-transformers, with all that their folders hold, its licence, and its code if a config
   * names any.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if {@code modules.json} or a config cannot
   *     be read, or a link leads to nothing
   */
  public static List<Path> ofModel(Path folder) {
    return Stream.of(
            present(folder, OF_MODEL),
            matching(folder, OTHERS_OF_MODEL),
            ModuleFolders.of(folder).stream().flatMap(module -> allIn(module).stream()).toList(),
            hasCode(folder, ConfigFile.NAME) || hasCode(folder, TOKENIZER_CONFIG)
                ? matching(folder, CODE)
                : List.<Path>of())
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /** Returns whether a config names classes that are defined by files of the model. */
  public static boolean hasCode(Path folder, String config) {
    Path file = folder.resolve(config);
    return Files.isRegularFile(file) && ConfigFile.read(file).has("auto_map");
  }

  private static List<Path> present(Path folder, List<String> names) {
    return bounded(names.stream().map(folder::resolve).filter(RegularFile::isThere).toList());
  }

  /** Returns the files of a folder of such names, in their order; none if there is no folder. */
  private static List<Path> matching(Path folder, Pattern names) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return bounded(
          files
              .filter(file -> names.matcher(file.getFileName().toString()).matches())
              .filter(RegularFile::isThere)
              .sorted()
              .toList());
    } catch (IOException e) {
      throw FileProblems.unreadable(folder, e);
    }
  }

  /** Returns the files of a folder and of those in it; none if there is no such folder. */
  private static List<Path> allIn(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return bounded(
          files
              .filter(file -> !Files.isDirectory(file))
              .filter(RegularFile::isThere)
              .sorted()
              .toList());
    } catch (IOException e) {
      throw FileProblems.unreadable(folder, e);
    } catch (UncheckedIOException e) {
      throw FileProblems.unreadable(folder, e.getCause());
    }
  }

  private static List<Path> bounded(List<Path> companions) {
    companions.forEach(file -> RegularFile.checkSize(file, MOST_BYTES));
    return companions;
  }
}
