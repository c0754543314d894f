package dev.amalgam.io.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Tokenizers for tests. */
public final class Tokenizers {

  /** Where small tokenizers in the layouts of the main families are. */
  static final Path FAMILIES = Path.of("src/test/resources/tokenizers");

  private static final Path WORDS = Path.of("src/test/resources/words/tokenizer.json");

  private Tokenizers() {}

  /**
   * Writes a {@code tokenizer.json} of words: [PAD], [UNK], [CLS], [SEP], one, two, three are the
   * tokens 0 to 6, and every text stands between [CLS] and [SEP].
   */
  public static Path words(Path file) throws IOException {
    return Files.copy(WORDS, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
