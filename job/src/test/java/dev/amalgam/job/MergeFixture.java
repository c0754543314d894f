package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A folder with the models {@code base}, {@code a} and {@code b}, a recipe, and room for outputs.
 */
final class MergeFixture {

  static final MergeSettings SETTINGS =
      new MergeSettings(42, 2, "safetensors", 1_000_000, false, true, true);
  static final MergeSettings REPLACING =
      new MergeSettings(42, 2, "safetensors", 1_000_000, true, true, true);

  static final String RECIPE =
      """
      merge_method: dare_ties
      base_model: base
      models:
      - model: a
        parameters: {weight: 0.5, density: 0.5}
      - model: b
        parameters: {weight: [0.25, 0.75], density: 0.6}
      """;

  final Path root;
  final Path recipe;
  final Path out;

  MergeFixture(Path root) throws IOException {
    this.root = root;
    this.recipe = Files.writeString(root.resolve("recipe.yml"), RECIPE);
    this.out = root.resolve("out");
    TinyModel.make(root.resolve("base"), 0);
    TinyModel.make(root.resolve("a"), 1);
    TinyModel.make(root.resolve("b"), 2);
  }

  /** Replaces the recipe. */
  MergeFixture recipe(String text) throws IOException {
    Files.writeString(recipe, text);
    return this;
  }

  List<OutputFile> merge() {
    return merge(out, SETTINGS);
  }

  List<OutputFile> merge(Path output, MergeSettings settings) {
    try (MergeJob job = MergeJob.prepare(recipe, output, settings)) {
      return job.run(ProgressListener.NONE);
    }
  }

  /** Requires that the merge fails, with one line, before or after it begins. */
  String refused(Path output, MergeSettings settings) {
    String message =
        assertThrows(AmalgamException.class, () -> merge(output, settings)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  String refused() {
    return refused(out, SETTINGS);
  }

  /** Removes a folder and all that is in it. */
  static void removeTree(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }

  /** Returns the SHA-256 of every file below a folder by its path from there. */
  static SortedMap<String, String> digests(Path folder) throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        if (Files.isRegularFile(file)) {
          digests.put(folder.relativize(file).toString(), sha256(file));
        } else {
          digests.put(folder.relativize(file) + "/", "");
        }
      }
    }
    return digests;
  }

  static String sha256(Path file) {
    try {
      byte[] digest =
          java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (java.security.NoSuchAlgorithmException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Requires that nothing below the root changes while {@code action} runs. */
  void changesNothing(Runnable action) throws IOException {
    SortedMap<String, String> before = digests(root);
    action.run();
    assertEquals(before, digests(root));
  }
}
