package dev.amalgam.job.output;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.JsonEdits;
import java.util.List;

/** The config of a model whose tensors get another element type. */
public final class RetypedConfig {

  // Transformers 4 writes the first, transformers 5 the second.
  private static final List<String> KEYS = List.of("torch_dtype", "dtype");

  private RetypedConfig() {}

  /** Returns a config's text with another element type. */
  public static String of(ConfigFile config, DType dtype) {
    String written = '"' + dtype.torchName() + '"';
    JsonEdits edits = config.edits();
    // Models of several parts repeat the type in the part's own section.
    edits.visit(
        place -> {
          if (place.isScalar() && KEYS.contains(place.key())) {
            place.replace(written);
          }
        });
    if (KEYS.stream().noneMatch(config::has)) {
      edits.insertMember(KEYS.getFirst(), written);
    }
    return edits.text();
  }
}
