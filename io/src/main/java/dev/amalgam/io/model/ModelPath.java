package dev.amalgam.io.model;

import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.RegularFile;
import dev.amalgam.io.lora.AdaptedCheckpoint;
import dev.amalgam.io.quantization.DequantizedCheckpoint;
import dev.amalgam.io.quantization.QuantizationSections;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a model is: a base, and the adapters that are applied to it, one after the other.
 *
 * @param base a folder or a {@code .safetensors} file
 * @param adapters folders
 */
public record ModelPath(Path base, List<Path> adapters) {

  private static final String PLUS = "+";
  private static final int MOST_PARTS = 64;

  /** Copies the list. */
  public ModelPath {
    adapters = List.copyOf(adapters);
  }

  /** Returns what a path means, {@code base} or {@code base+adapter}. */
  public static ModelPath of(Path path) {
    return of(
        parts(path.toString(), part -> Files.exists(Path.of(part))).stream()
            .map(Path::of)
            .toList());
  }

  /**
   * Returns the model of a base and adapters, the base first. A model's folder in the Hub's cache
   * means its snapshot.
   */
  public static ModelPath of(List<Path> parts) {
    List<Path> folders = parts.stream().map(HubCache::resolve).toList();
    return new ModelPath(folders.getFirst(), folders.subList(1, folders.size()));
  }

  /**
   * Returns the paths that plus signs join. What exists as it stands is one path, plus signs and
   * all; a part that does not exist ends at the next plus sign.
   *
   * @param exists whether there is such a file or folder
   */
  public static List<String> parts(String reference, Predicate<String> exists) {
    String[] words = reference.split("\\+", -1);
    if (words.length == 1 || words.length > MOST_PARTS || exists.test(reference)) {
      return List.of(reference);
    }
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (from < words.length) {
      int to = words.length;
      String part = join(words, from, to);
      while (to > from + 1 && (part.isEmpty() || !exists.test(part))) {
        to--;
        part = join(words, from, to);
      }
      parts.add(part);
      from = to;
    }
    return parts;
  }

  private static String join(String[] words, int from, int to) {
    return String.join(PLUS, Arrays.asList(words).subList(from, to));
  }

  /** Returns base and adapters, joined by plus signs. */
  public Path path() {
    return Path.of(all().stream().map(Path::toString).collect(Collectors.joining(PLUS)));
  }

  /** Returns base and adapters. */
  public List<Path> all() {
    return Stream.concat(Stream.of(base), adapters.stream()).toList();
  }

  /** Returns the folder with the model's config. */
  public Path folder() {
    return Files.isDirectory(base) ? base : base.toAbsolutePath().getParent();
  }

  /**
   * Returns the model's config. It says nothing of quantization, since {@link #open} gives the
   * weights dequantized.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if there is none, or it is malformed
   */
  public ConfigFile config() {
    return QuantizationSections.removedFrom(storedConfig());
  }

  private ConfigFile storedConfig() {
    return ConfigFile.read(folder().resolve(ConfigFile.NAME));
  }

  /**
   * Returns the model's config, as {@link #config} does, if it has one.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if it is malformed
   */
  public Optional<ConfigFile> findConfig() {
    return hasConfig() ? Optional.of(config()) : Optional.empty();
  }

  private boolean hasConfig() {
    return RegularFile.isThere(folder().resolve(ConfigFile.NAME));
  }

  /**
   * Returns the folder with the model's tokenizer: the last adapter's that has one, or the base's.
   */
  public Path tokenizerFolder() {
    return adapters.reversed().stream()
        .filter(CompanionFiles::hasTokenizer)
        .findFirst()
        .orElseGet(this::folder);
  }

  /**
   * Returns the model's tensors, every header read and checked, quantized weights dequantized.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if a part is missing or malformed, they do
   *     not go together, or the base is quantized in a way that cannot be read
   */
  public StoredCheckpoint open() {
    return opened(
        stored ->
            DequantizedCheckpoint.of(
                stored, folder(), hasConfig() ? Optional.of(storedConfig()) : Optional.empty()));
  }

  /**
   * Returns the model's tensors as they are stored, codes and scales of quantized weights included.
   *
   * @throws dev.amalgam.core.tensor.CheckpointException if a part is missing or malformed, or they
   *     do not go together
   */
  public StoredCheckpoint openStored() {
    return opened(UnaryOperator.identity());
  }

  private StoredCheckpoint opened(UnaryOperator<StoredCheckpoint> view) {
    StoredCheckpoint model = CheckpointFolder.open(base);
    try {
      model = view.apply(model);
      for (Path adapter : adapters) {
        model = AdaptedCheckpoint.open(model, adapter);
      }
      return model;
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }
}
