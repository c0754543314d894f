package dev.amalgam.io.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tokenizers for tests. */
public final class Tokenizers {

  /** Where small tokenizers in the layouts of the main families are. */
  static final Path FAMILIES = Path.of("src/test/resources/tokenizers");

  private Tokenizers() {}

  /**
   * Writes a {@code tokenizer.json} of words: [PAD], [UNK], [CLS], [SEP], one, two, three are the
   * tokens 0 to 6, and every text stands between [CLS] and [SEP].
   */
  public static Path words(Path file) throws IOException {
    return Files.writeString(
        file,
        """
        {
          "version": "1.0", "truncation": null, "padding": null,
          "added_tokens": [
            {"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false,
             "rstrip": false, "normalized": false, "special": true},
            {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false,
             "rstrip": false, "normalized": false, "special": true}
          ],
          "normalizer": null,
          "pre_tokenizer": {"type": "Whitespace"},
          "post_processor": {
            "type": "TemplateProcessing",
            "single": [
              {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
              {"Sequence": {"id": "A", "type_id": 0}},
              {"SpecialToken": {"id": "[SEP]", "type_id": 0}}
            ],
            "pair": [
              {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}
            ],
            "special_tokens": {
              "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
              "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}
            }
          },
          "decoder": null,
          "model": {
            "type": "WordLevel",
            "vocab": {
              "[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "one": 4, "two": 5, "three": 6
            },
            "unk_token": "[UNK]"
          }
        }
        """);
  }
}
