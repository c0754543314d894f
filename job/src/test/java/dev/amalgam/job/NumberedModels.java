package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.tokenizer.Tokenizer;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Models that number the same tokens differently, and what a merge makes of them. */
final class NumberedModels {

  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String HEAD = "lm_head.weight";
  static final float[] NORM = {1, 1, 1};

  // The sum of all models, so that an output says where it comes from.
  static final String SUM =
      """
      merge_method: linear
      base_model: base
      models: [{model: base}, {model: x}, {model: y}]
      parameters: {weight: 1, normalize: false}
      """;

  private final Path root;
  private List<String> warnings = List.of();

  NumberedModels(Path root) throws IOException {
    this.root = root;
    model("base", 1, "?", "a", "b", "c");
    model("x", 10, "?", "b", "a", "d", "e");
    model("y", 100, "d", "?", "a", "b", "c", "f", "e");
  }

  /** Rows are the factor times 1, 2, … in the order of the words, repeated with signs. */
  static float[] rows(float factor, int count) {
    float[] rows = new float[2 * count];
    for (int i = 0; i < count; i++) {
      rows[2 * i] = factor * (i + 1);
      rows[2 * i + 1] = -factor * (i + 1);
    }
    return rows;
  }

  /** Writes a model whose embedding has the rows of a factor. */
  SmallModel model(String name, float factor, String... words) throws IOException {
    SmallModel model =
        new SmallModel(root.resolve(name), "llama")
            .words(words)
            .tensor(EMBEDDING, 2, rows(factor, words.length))
            .tensor("model.norm.weight", 0, NORM);
    model.write();
    return model;
  }

  private Path recipe(String text) throws IOException {
    return Files.writeString(root.resolve("r.yml"), text);
  }

  /** Merges as a recipe says, and returns the output. */
  Path merge(String text) throws IOException {
    return merge(text, 2, "out");
  }

  Path merge(String text, int threads, String out) throws IOException {
    Path path = root.resolve(out);
    var settings = new MergeSettings(42, threads, "safetensors", Long.MAX_VALUE, true, true, true);
    try (MergeJob job = MergeJob.prepare(recipe(text), path, settings)) {
      warnings = job.summary().warnings();
      job.run(ProgressListener.NONE);
    }
    return path;
  }

  /** Returns the warnings of the last merge. */
  List<String> warnings() {
    return warnings;
  }

  /** Returns the one line with which a recipe is refused. */
  String refused(String text) throws IOException {
    Path recipe = recipe(text);
    String message =
        assertThrows(AmalgamException.class, () -> MergeJob.check(recipe, 1)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  static float[] read(Path model, String tensor) {
    try (ModelFile file = ModelFile.open(model.resolve("model.safetensors"))) {
      for (TensorInfo info : file.info()) {
        if (info.name().equals(tensor)) {
          return file.read(info);
        }
      }
    }
    throw new AssertionError("no tensor " + tensor);
  }

  /** Returns the first element of each row of the output's embedding. */
  static List<Float> first(Path model) {
    float[] rows = read(model, EMBEDDING);
    List<Float> first = new ArrayList<>();
    for (int i = 0; i < rows.length; i += 2) {
      assertEquals(0, rows[i] + rows[i + 1]);
      first.add(rows[i]);
    }
    return first;
  }

  static List<String> tokens(Path model) {
    Tokenizer tokenizer = Tokenizer.read(model.resolve("tokenizer.json"));
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < tokenizer.vocabularySize(); i++) {
      tokens.add(tokenizer.token(i).orElseThrow());
    }
    return tokens;
  }
}
