package dev.amalgam.io.recipe;

import dev.amalgam.core.recipe.TokenizerSettings;
import dev.amalgam.core.recipe.TokenizerSettings.Row;
import dev.amalgam.core.recipe.TokenizerSettings.Source;
import dev.amalgam.io.json.YamlString;
import java.util.Set;

/** Writes {@code tokenizer_source}, or the section {@code tokenizer} where there is more to say. */
final class TokenizerWriter {

  private TokenizerWriter() {}

  /** Returns lines of which {@link TokenizerReader} makes the same settings. */
  static String write(TokenizerSettings settings) {
    if (settings.tokens().isEmpty() && settings.padToMultipleOf().isEmpty()) {
      return "tokenizer_source: " + source(settings.source()) + "\n";
    }
    StringBuilder out = new StringBuilder("tokenizer:\n");
    out.append("  source: ").append(source(settings.source())).append('\n');
    if (!settings.tokens().isEmpty()) {
      out.append("  tokens:\n");
      settings
          .tokens()
          .forEach(
              (token, what) -> {
                out.append("    ").append(YamlString.of(token)).append(":\n");
                out.append("      source: ").append(row(what.row())).append('\n');
                if (what.force()) {
                  out.append("      force: true\n");
                }
              });
    }
    settings
        .padToMultipleOf()
        .ifPresent(multiple -> out.append("  pad_to_multiple_of: ").append(multiple).append('\n'));
    return out.toString();
  }

  private static String source(Source source) {
    return switch (source) {
      case Source.Base() -> "base";
      case Source.Union() -> "union";
      // A folder of such a name would be read as the word.
      case Source.Folder(String reference) when Set.of("base", "union").contains(reference) ->
          "{model: " + reference + "}";
      case Source.Folder(String reference) -> YamlString.of(reference);
    };
  }

  private static String row(Row row) {
    return switch (row) {
      case Row.OfModel(String model) -> YamlString.of(model);
      case Row.OfToken(String model, String token) ->
          "{kind: model_token, model: %s, token: %s}"
              .formatted(YamlString.of(model), YamlString.of(token));
      case Row.OfId(String model, int id) ->
          "{kind: model_token, model: %s, token_id: %d}".formatted(YamlString.of(model), id);
      case Row.Zero() -> "{kind: zero}";
    };
  }
}
