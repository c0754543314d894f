package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import java.util.List;
import java.util.Map;

/**
 * Reads references to models: a text, or an object as mergekit prints it, {@code {model: {path: …},
 * lora: {path: …}}}, or, for short, with one of the keys.
 */
final class ReferenceReader {

  private static final String WHAT = "a model reference";
  private static final List<String> KEYS =
      List.of("model", "lora", "path", "revision", "override_architecture");

  private ReferenceReader() {}

  /** Returns the reference as a text, an adapter behind a plus sign. */
  static String read(Yaml value) {
    if (!value.isMap()) {
      return text(value);
    }
    Map<String, Yaml> keys = value.entries(WHAT, KEYS);
    Yaml architecture = keys.get("override_architecture");
    if (architecture != null) {
      throw architecture.error(
          "override_architecture has no use here, where no architecture needs to be known; remove"
              + " it");
    }
    Yaml model = keys.get("model");
    boolean hasPath = keys.containsKey("path") || keys.containsKey("revision");
    if (hasPath && (model != null || keys.containsKey("lora")) || model == null && !hasPath) {
      throw value.error("a model reference has one key, 'model'; write the folder of the model");
    }
    String base = model == null ? path(value) : path(model);
    Yaml lora = keys.get("lora");
    return lora == null ? base : base + "+" + path(lora);
  }

  private static String path(Yaml value) {
    if (!value.isMap()) {
      return text(value);
    }
    Map<String, Yaml> keys = value.entries(WHAT, List.of("path", "revision"));
    Yaml revision = keys.get("revision");
    if (revision != null) {
      throw revision.error(
          "revision is %s, and models are read from folders; download that revision (hf download <model> --revision %s --local-dir <folder>), and write the folder as the path"
              .formatted(quote(revision.text("revision")), revision.text("revision")));
    }
    return text(RecipeReader.required(value, WHAT, keys, "path"));
  }

  private static String text(Yaml value) {
    String reference = value.text(WHAT);
    if (reference.isBlank()) {
      throw value.error("a model reference is blank; write the folder of the model");
    }
    return reference;
  }
}
