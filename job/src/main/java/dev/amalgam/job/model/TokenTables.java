package dev.amalgam.job.model;

import dev.amalgam.io.file.FileBytes;
import dev.amalgam.io.tokenizer.TokenTable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tables of tokens, each read once; files of the same bytes have one. */
final class TokenTables {

  private final Map<Path, TokenTable> read = new LinkedHashMap<>();

  TokenTable of(Path tokenizerJson) {
    TokenTable known = read.get(tokenizerJson);
    if (known == null) {
      known =
          read.entrySet().stream()
              .filter(entry -> FileBytes.areEqual(tokenizerJson, entry.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElseGet(() -> TokenTable.read(tokenizerJson));
      read.put(tokenizerJson, known);
    }
    return known;
  }
}
