package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

  @TempDir private Path folder;

  private Tokenizer with(String section, String json) {
    return with("gpt2-style", section, json);
  }

  private Tokenizer with(String name, String section, String json) {
    String text = TestTokenizers.tree(name).set(section, TestTokenizers.parse(json)).toString();
    return Tokenizer.read(TestTokenizers.write(folder, text));
  }

  @Test
  void tokensAndIdsAreFoundByEachOther() {
    Tokenizer tokenizer = TestTokenizers.read("gpt2-style");
    assertEquals(OptionalInt.of(1), tokenizer.id("!"));
    assertEquals(Optional.of("!"), tokenizer.token(1));
    assertEquals(OptionalInt.empty(), tokenizer.id("no such token"));
    assertEquals(Optional.empty(), tokenizer.token(-1));
    assertEquals(Optional.empty(), tokenizer.token(1 << 30));
    assertEquals(1500, tokenizer.vocabularySize());
  }

  @Test
  void addedTokensCountWithTheVocabularyAndAreNumberedBehindIt() {
    Tokenizer tokenizer =
        with(
            "added_tokens",
            """
            [{"id": 7777, "content": "<new>", "single_word": false, "lstrip": false,
              "rstrip": false, "normalized": false, "special": true},
             {"id": 1, "content": "!", "single_word": false, "lstrip": false,
              "rstrip": false, "normalized": false, "special": false}]\
            """);
    assertEquals(1501, tokenizer.vocabularySize());
    assertEquals(OptionalInt.of(1500), tokenizer.id("<new>"));
    assertEquals(Optional.of("<new>"), tokenizer.token(1500));
    assertEquals(OptionalInt.of(1), tokenizer.id("!"));
    assertArrayEquals(new int[] {1, 1500, 1}, tokenizer.encode("!<new>!", false).ids());
  }

  @Test
  void truncationAndPaddingOfTheFileAreIgnored() {
    ObjectNode file = TestTokenizers.tree("bert-cased-style");
    file.putObject("truncation").put("max_length", 3);
    file.putObject("padding").put("pad_id", 0);
    assertEquals(
        TestTokenizers.read("bert-cased-style").encode("Hello, world!", true),
        Tokenizer.read(TestTokenizers.write(folder, file)).encode("Hello, world!", true));
  }

  @Test
  void filesWithoutAModelTypeAreOfOlderVersions() {
    for (String name :
        List.of("gpt2-style", "bert-cased-style", "t5-unigram-style", "llama2-style")) {
      ObjectNode file = TestTokenizers.tree(name);
      ((ObjectNode) file.get("model")).remove("type");
      assertEquals(
          TestTokenizers.read(name).encode("Hello, world!", true),
          Tokenizer.read(TestTokenizers.write(folder, file)).encode("Hello, world!", true));
    }
  }

  @Test
  void mergesAreReadAsStringsToo() {
    ObjectNode file = TestTokenizers.tree("llama3-style");
    ObjectNode model = (ObjectNode) file.get("model");
    List<String> merges =
        model
            .get("merges")
            .valueStream()
            .map(pair -> pair.get(0).textValue() + " " + pair.get(1).textValue())
            .toList();
    model.putArray("merges").add("#version: 0.2");
    merges.forEach(model.withArray("merges")::add);
    Tokenizer tokenizer = Tokenizer.read(TestTokenizers.write(folder, file));
    String text = "The quick brown fox jumps over the lazy dog.\n\n  def f(x):";
    assertEquals(
        TestTokenizers.read("llama3-style").encode(text, true), tokenizer.encode(text, true));
  }

  @Test
  void whatNoTokenCoversIsAnErrorWhereNothingStandsForTheUnknown() {
    Tokenizer tokenizer =
        with(
            "t5-unigram-style",
            "model",
            """
            {"type": "Unigram", "vocab": [["▁a", -1], ["▁", -2], ["a", -3]]}\
            """);
    assertEquals(List.of("▁a"), tokenizer.encode("a", false).tokens());
    TokenizerException e =
        assertThrows(TokenizerException.class, () -> tokenizer.encode("a b", false));
    assertEquals(
        "'"
            + folder.resolve("tokenizer.json")
            + "', 'model' has no 'unk_id', but the text has 'b', which no token covers",
        e.getMessage());
  }

  @Test
  void aRegularExpressionThatTakesTooLongIsAnError() {
    Tokenizer tokenizer =
        with(
            "pre_tokenizer",
            """
            {"type": "Split", "pattern": {"Regex": "(a|aa)+$"}, "behavior": "Isolated",
             "invert": false}\
            """);
    String text = "a".repeat(1000) + "b";
    TokenizerException e =
        assertThrows(TokenizerException.class, () -> tokenizer.encode(text, false));
    assertEquals(
        "'"
            + folder.resolve("tokenizer.json")
            + "', 'pre_tokenizer.pattern.Regex' is a regular expression that cannot be used,"
            + " '(a|aa)+$': 'it takes too many steps on this text'",
        e.getMessage());
  }

  @Test
  void anEncodingHasAsManyIdsAsTokens() {
    assertThrows(
        IllegalArgumentException.class, () -> new Encoding(new int[] {1}, List.of("a", "b")));
    assertEquals(
        new Encoding(new int[] {1}, List.of("a")), new Encoding(new int[] {1}, List.of("a")));
    assertEquals(
        "Encoding[ids=[1], tokens=[a]]", new Encoding(new int[] {1}, List.of("a")).toString());
  }
}
