package dev.amalgam.io.model;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folders of a sentence-transformers model beside that of its transformer: pooling, dense
 * layers and the like, as {@code modules.json} lists them.
 */
final class ModuleFolders {

  static final int MOST_BYTES = 1 << 20;

  // Number 0 is the transformer itself, whose tensors are merged.
  private static final Pattern NUMBERED =
      Pattern.compile(
          "[1-9]\\d*_(Pooling|WeightedLayerPooling|Dense|Normalize|LayerNorm|Dropout|CNN|LSTM)");

  private ModuleFolders() {}

  /**
   * Returns the folders that a model's {@code modules.json} names, be they there or not, and those
   * beside it that are numbered like modules ({@code 1_Pooling}); none if it has no such file.
   *
   * @throws CheckpointException if the file is no JSON, or names a folder that is not directly in
   *     the model's
   */
  static List<Path> of(Path folder) {
    Path list = folder.resolve(CompanionFiles.MODULES);
    List<Path> modules = new ArrayList<>();
    if (Files.isRegularFile(list)) {
      for (JsonNode module : Json.read(list, MOST_BYTES)) {
        String path = module.path("path").asText("");
        if (!path.isEmpty()) {
          modules.add(module(folder, list, path));
        }
      }
      modules.addAll(numbered(folder));
    }
    return modules.stream().distinct().toList();
  }

  private static List<Path> numbered(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NUMBERED.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileProblems.unreadable(folder, e);
    }
  }

  /**
   * Returns the folder of a module.
   *
   * @param list the file that names it
   * @throws CheckpointException if it is not directly in the model's folder
   */
  static Path module(Path folder, Path list, String path) {
    try {
      Path absolute = folder.toAbsolutePath().normalize();
      Path module = absolute.resolve(path).normalize();
      if (absolute.equals(module.getParent()) && module.getFileName().toString().charAt(0) != '.') {
        return folder.resolve(module.getFileName());
      }
    } catch (InvalidPathException e) {
      // No folder has such a name.
    }
    throw new CheckpointException(
        "%s: a module has the path %s, which is no folder in that of the model; correct it"
            .formatted(quote(list.toString()), quote(path)));
  }
}
