package dev.amalgam.io.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small tokenizers in the layouts of the main families. */
final class TestTokenizers {

  static final List<String> NAMES =
      List.of(
          "bert-cased-style",
          "bert-uncased-style",
          "gpt2-style",
          "llama2-style",
          "llama3-style",
          "mistral-metaspace-style",
          "qwen-style",
          "roberta-style",
          "t5-unigram-style");

  private static final Path FOLDER = Path.of("src/test/resources/tokenizers");

  private TestTokenizers() {}

  static Tokenizer read(String name) {
    return Tokenizer.read(FOLDER.resolve(name).resolve("tokenizer.json"));
  }

  /** Returns what a file beside the tokenizers holds. */
  static JsonNode json(String file) {
    return Json.read(FOLDER.resolve(file), 1 << 24);
  }

  /** Returns the file of a tokenizer, to be changed. */
  static ObjectNode tree(String name) {
    return (ObjectNode) json(name + "/tokenizer.json");
  }

  static JsonNode parse(String json) {
    return Json.parse(Path.of("test"), json);
  }

  /** Writes a tokenizer's file, and returns it. */
  static Path write(Path folder, JsonNode tree) {
    return write(folder, tree.toString());
  }

  static Path write(Path folder, String text) {
    try {
      return Files.writeString(folder.resolve("tokenizer.json"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
