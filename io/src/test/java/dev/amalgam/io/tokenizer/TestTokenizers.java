package dev.amalgam.io.tokenizer;

import java.nio.file.Path;
import java.util.List;

/** Small tokenizers in the layouts of the main families. */
final class TestTokenizers {

  static final Path FOLDER = Path.of("src/test/resources/tokenizers");

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

  private TestTokenizers() {}

  static Tokenizer read(String name) {
    return Tokenizer.read(FOLDER.resolve(name).resolve("tokenizer.json"));
  }
}
