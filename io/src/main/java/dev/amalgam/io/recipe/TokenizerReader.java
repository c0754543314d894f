package dev.amalgam.io.recipe;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.recipe.TokenizerSettings;
import dev.amalgam.core.recipe.TokenizerSettings.Row;
import dev.amalgam.core.recipe.TokenizerSettings.Source;
import dev.amalgam.core.recipe.TokenizerSettings.Token;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code tokenizer_source} and the section {@code tokenizer}. */
final class TokenizerReader {

  static final List<String> KEYS = List.of("source", "tokens", "pad_to_multiple_of");
  static final List<String> TOKEN_KEYS = List.of("source", "force");
  static final List<String> ROW_KEYS = List.of("kind", "model", "token", "token_id");

  private static final int LARGEST_MULTIPLE = 1 << 20;
  private static final int LARGEST_ID = 1 << 24;

  private TokenizerReader() {}

  /** Returns what the keys of a document say of tokens. */
  static Optional<TokenizerSettings> read(Map<String, Yaml> keys) {
    Yaml legacy = keys.get("tokenizer_source");
    Yaml section = keys.get("tokenizer");
    if (legacy != null && section != null) {
      throw legacy.error(
          "a recipe has either 'tokenizer_source' or 'tokenizer', and this one has both; write it"
              + " as 'source' of 'tokenizer', and remove tokenizer_source");
    }
    if (legacy != null) {
      return Optional.of(TokenizerSettings.of(source("tokenizer_source", legacy)));
    }
    return Optional.ofNullable(section).map(TokenizerReader::section);
  }

  private static TokenizerSettings section(Yaml section) {
    Map<String, Yaml> keys = section.entries("tokenizer", KEYS);
    Yaml source = keys.get("source");
    Yaml multiple = keys.get("pad_to_multiple_of");
    return new TokenizerSettings(
        source == null ? new Source.Union() : source("source", source),
        keys.containsKey("tokens") ? tokens(keys.get("tokens")) : Map.of(),
        multiple == null
            ? OptionalInt.empty()
            : OptionalInt.of(whole("pad_to_multiple_of", multiple, 1, LARGEST_MULTIPLE)));
  }

  private static Source source(String what, Yaml value) {
    if (value.isMap()) {
      return new Source.Folder(RecipeReader.modelReference(value));
    }
    return switch (value.text(what)) {
      case "base" -> new Source.Base();
      case "union" -> new Source.Union();
      default -> new Source.Folder(RecipeReader.modelReference(value));
    };
  }

  private static Map<String, Token> tokens(Yaml map) {
    Map<String, Token> tokens = new LinkedHashMap<>();
    Map<String, Yaml> values = map.entries("tokens");
    map.keys("tokens")
        .forEach(
            (token, key) -> {
              if (token.isEmpty()) {
                throw key.error("a token is empty, which none can be; remove it");
              }
              Yaml value = values.get(token);
              if (value == null) {
                throw key.error(
                    "token "
                        + quote(token)
                        + " says nothing; write 'source' under it, or remove it");
              }
              tokens.put(token, token(token, value));
            });
    return tokens;
  }

  private static Token token(String token, Yaml value) {
    String what = "token " + quote(token);
    Map<String, Yaml> keys = value.entries(what, TOKEN_KEYS);
    Yaml source = RecipeReader.required(value, what, keys, "source");
    return new Token(row(what, source), keys.containsKey("force") && force(keys.get("force")));
  }

  private static boolean force(Yaml value) {
    return switch (SettingReader.flag(value.text("force"))) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw value.error(
              "force is " + quote(value.text("force")) + "; it takes one of true, false");
    };
  }

  private static Row row(String what, Yaml source) {
    if (!source.isMap()) {
      return new Row.OfModel(RecipeReader.modelReference(source));
    }
    if (!source.keys("a source").containsKey("kind")) {
      return new Row.OfModel(RecipeReader.modelReference(source));
    }
    Map<String, Yaml> keys = source.entries("the source of " + what, ROW_KEYS);
    Yaml kind = RecipeReader.required(source, "the source of " + what, keys, "kind");
    return switch (kind.text("kind")) {
      case "zero" -> {
        if (keys.size() > 1) {
          throw source.error("a source of the kind zero has no other keys; remove them");
        }
        yield new Row.Zero();
      }
      case "model_token" -> modelToken(what, source, keys);
      case String other ->
          throw kind.error("kind is " + quote(other) + "; it takes one of zero, model_token");
    };
  }

  private static Row modelToken(String what, Yaml source, Map<String, Yaml> keys) {
    Yaml model = RecipeReader.required(source, "the source of " + what, keys, "model");
    String reference = RecipeReader.modelReference(model);
    Yaml token = keys.get("token");
    Yaml id = keys.get("token_id");
    if ((token == null) == (id == null)) {
      throw source.error(
          "a source of the kind model_token has either 'token' or 'token_id'; write one of them");
    }
    return token == null
        ? new Row.OfId(reference, whole("token_id", id, 0, LARGEST_ID))
        : new Row.OfToken(reference, token.text("token"));
  }

  private static int whole(String what, Yaml value, int least, int most) {
    double number = value.number().orElse(Double.NaN);
    if (number >= least && number <= most && number == Math.rint(number)) {
      return (int) number;
    }
    throw value.error(
        "%s is %s; it takes a whole number from %d to %d"
            .formatted(what, quote(value.text(what)), least, most));
  }
}
