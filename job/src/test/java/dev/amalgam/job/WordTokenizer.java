package dev.amalgam.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A tokenizer for tests. */
final class WordTokenizer {

  private static final Path WORDS = Path.of("../io/src/test/resources/words/tokenizer.json");

  private WordTokenizer() {}

  /**
   * Writes a {@code tokenizer.json} of words: [PAD], [UNK], [CLS], [SEP], one, two, three are the
   * tokens 0 to 6, and every text stands between [CLS] and [SEP].
   */
  static Path write(Path file) throws IOException {
    return Files.copy(WORDS, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
