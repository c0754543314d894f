package dev.amalgam.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.TokenizerSettings;
import dev.amalgam.core.recipe.TokenizerSettings.Row;
import dev.amalgam.core.recipe.TokenizerSettings.Source;
import dev.amalgam.core.recipe.TokenizerSettings.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerSettingsTest {

  private static final String GOOD = "merge_method: linear\nmodels: [{model: a}]\n";

  @TempDir Path folder;

  private TokenizerSettings read(String text) throws IOException {
    return RecipeFile.read(Files.writeString(folder.resolve("r.yml"), GOOD + text))
        .recipe()
        .tokenizer()
        .orElseThrow();
  }

  @Test
  void sourcesAreWordsOrModels() throws IOException {
    assertEquals(TokenizerSettings.of(new Source.Union()), read("tokenizer_source: union\n"));
    assertEquals(TokenizerSettings.of(new Source.Base()), read("tokenizer: {source: base}\n"));
    assertEquals(TokenizerSettings.of(new Source.Union()), read("tokenizer: {}\n"));
    for (String model : List.of("m", "{model: m}", "{path: m}", "{model: {path: m}}")) {
      assertEquals(
          TokenizerSettings.of(new Source.Folder("m")), read("tokenizer: {source: " + model + "}"));
    }
  }

  @Test
  void tokensHaveRowsOfFourKinds() throws IOException {
    TokenizerSettings settings =
        read(
            """
            tokenizer:
              tokens:
                <|a|>: {source: m}
                "<<": {source: {kind: zero}, force: True}
                c: {source: {kind: model_token, model: n, token: "1"}, force: false}
                3: {source: {kind: model_token, model: o, token_id: 12}}
              pad_to_multiple_of: 64
            """);
    assertEquals(
        new TokenizerSettings(
            new Source.Union(),
            Map.of(
                "<|a|>", new Token(new Row.OfModel("m"), false),
                "<<", new Token(new Row.Zero(), true),
                "c", new Token(new Row.OfToken("n", "1"), false),
                "3", new Token(new Row.OfId("o", 12), false)),
            OptionalInt.of(64)),
        settings);
    assertEquals(List.of("<|a|>", "<<", "c", "3"), List.copyOf(settings.tokens().keySet()));
    assertEquals(List.of("m", "n", "o"), settings.references());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{sources: base}|:3:13: key 'sources' is not known in tokenizer; did you mean 'source'?",
        "base|:3:12: tokenizer must be a map of keys to values",
        "{source: [base]}|:3:21: source must be a single value",
        "{source: {model: {path: a, revision: b}}}|revision is 'b', and models are read from"
            + " folders",
        "{source: {model: a, path: b}}|:3:21: a model reference has one key, 'model'",
        "{source: {}}|:3:21: a model reference has one key, 'model'",
        "{source: ' '}|:3:21: a model reference is blank",
        "{tokens: [a]}|:3:21: tokens must be a map of keys to values",
        "{tokens: {a: }}|:3:22: token 'a' says nothing; write 'source' under it, or remove it",
        "{tokens: {'': {source: m}}}|:3:22: a token is empty, which none can be",
        "{tokens: {a: {force: true}}}|:3:25: token 'a' has no 'source'; add it",
        "{tokens: {a: {source: m, forced: true}}}|key 'forced' is not known in token 'a'; did you"
            + " mean 'force'?",
        "{tokens: {a: {source: m, force: 1}}}|:3:44: force is '1'; it takes one of true, false",
        "{tokens: {a: {source: {kind: zro}}}}|kind is 'zro'; it takes one of zero, model_token",
        "{tokens: {a: {source: {kind: zero, model: m}}}}|a source of the kind zero has no other",
        "{tokens: {a: {source: {kind: model_token, token: b}}}}|has no 'model'; add it",
        "{tokens: {a: {source: {kind: model_token, model: m}}}}|has either 'token' or 'token_id'",
        "{tokens: {a: {source: {kind: model_token, model: m, token: b, token_id: 1}}}}|has either",
        "{tokens: {a: {source: {kind: model_token, model: m, token_id: -1}}}}|token_id is '-1'; it"
            + " takes a whole number from 0 to 16777216",
        "{tokens: {a: {source: {kind: model_token, model: m, token_id: x}}}}|token_id is 'x'; it",
        "{pad_to_multiple_of: 0}|:3:33: pad_to_multiple_of is '0'; it takes a whole number from 1",
        "{pad_to_multiple_of: 1e9}|:3:33: pad_to_multiple_of is '1e9'; it takes a whole number",
        "{pad_to_multiple_of: 2.5}|:3:33: pad_to_multiple_of is '2.5'; it takes a whole number"
      })
  void whatIsWrongIsNamed(String section, String problem) {
    String message =
        assertThrows(RecipeException.class, () -> read("tokenizer: " + section + "\n"))
            .getMessage();
    assertTrue(message.contains(problem), message);
  }

  @Test
  void bothFormsAtOnceAreRefused() {
    assertTrue(
        assertThrows(RecipeException.class, () -> read("tokenizer_source: base\ntokenizer: {}\n"))
            .getMessage()
            .contains(":3:19: a recipe has either 'tokenizer_source' or 'tokenizer', and this"));
  }
}
