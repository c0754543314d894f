package dev.amalgam.io.checkpoint;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What to tell a user whose path holds no checkpoint that can be read. */
final class FolderAdvice {

  private static final int MOST_NAMES = 10;
  private static final String CONVERT =
      "load it in transformers and call save_pretrained(folder, safe_serialization=True)";

  private static final String GGUF = ".gguf";

  private FolderAdvice() {}

  /** Returns the exception for a path where nothing is. */
  static CheckpointException missing(Path path) {
    return new CheckpointException(
        "There is no "
            + quote(path.toString())
            + "; give the folder of a model on this disk (a model of the Hugging Face Hub must be"
            + " downloaded first: hf download <model> --local-dir <folder>)");
  }

  /** Returns the exception for a file that is not a safetensors file. */
  static CheckpointException otherFile(Path file) {
    String name = file.getFileName().toString();
    String cure =
        name.endsWith(CheckpointFolder.INDEX_FILE)
            ? "give the folder that it is in"
            : isForeignWeights(name)
                ? conversion(List.of(name))
                : "give a model's folder or a .safetensors file";
    return new CheckpointException(quote(file.toString()) + " is not a .safetensors file; " + cure);
  }

  /** Returns the exception for a folder without a checkpoint. */
  static CheckpointException nothingIn(Path folder) {
    List<String> names = names(folder);
    String present =
        names.isEmpty()
            ? "the folder is empty"
            : "there is "
                + names.stream()
                    .limit(MOST_NAMES)
                    .map(n -> quote(n))
                    .collect(Collectors.joining(", "))
                + (names.size() > MOST_NAMES
                    ? " and " + (names.size() - MOST_NAMES) + " more"
                    : "");
    return new CheckpointException(
        quote(folder.toString())
            + " has neither model.safetensors nor model.safetensors.index.json; "
            + present
            + "; "
            + cure(names));
  }

  private static String cure(List<String> names) {
    if (names.contains("adapter_model.safetensors")) {
      return "it is an adapter: name the model that it was made for and this folder as"
          + " 'BASE+ADAPTER', or merge it first (PEFT: merge_and_unload)";
    }
    if (names.stream().anyMatch(n -> n.endsWith(CheckpointFolder.EXTENSION))) {
      return "to use one of its safetensors files, give that file itself";
    }
    if (names.stream().anyMatch(FolderAdvice::isForeignWeights)) {
      return "weights in another format must be converted: " + conversion(names);
    }
    return "give the folder that holds the model's safetensors files";
  }

  private static String conversion(List<String> names) {
    List<String> foreign = names.stream().filter(FolderAdvice::isForeignWeights).toList();
    boolean allGguf = foreign.stream().allMatch(n -> n.toLowerCase(Locale.ROOT).endsWith(GGUF));
    return !allGguf
        ? CONVERT
        : "GGUF weights are mostly quantized, so take the safetensors that they were made from, or"
            + " load them in transformers (from_pretrained(folder, gguf_file="
            + quote(foreign.getFirst())
            + ")) and call save_pretrained(folder, safe_serialization=True)";
  }

  private static boolean isForeignWeights(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return List.of(".bin", ".bin.index.json", ".pt", ".pth", ".ckpt", GGUF, ".h5", ".msgpack")
        .stream()
        .anyMatch(lower::endsWith);
  }

  private static List<String> names(Path folder) {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw FileProblems.unreadable(folder, e);
    }
  }
}
