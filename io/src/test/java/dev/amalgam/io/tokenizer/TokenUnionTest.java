package dev.amalgam.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenUnionTest {

  private static final int ALL = 1000;
  private static final String BASE =
      file(added(4, "<s>", true), bpe("{\"a\": 0, \"b\": 1, \"c\": 2, \"ab\": 3}", "[\"a b\"]"));

  @TempDir Path folder;

  private static String file(String added, String model) {
    return "{\"version\": \"1.0\", \"added_tokens\": [" + added + "], \"model\": " + model + "}";
  }

  private static String added(int id, String content, boolean special) {
    return """
    {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": true,
     "normalized": false, "special": %s}\
    """
        .formatted(id, content, special);
  }

  private static String bpe(String vocabulary, String merges) {
    return "{\"type\": \"BPE\", \"vocab\": " + vocabulary + ", \"merges\": " + merges + "}";
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name + ".json"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private TokenTable table(String name, String text) {
    return TokenTable.read(write(name, text));
  }

  private TokenUnion.Member member(String name, String text) {
    return new TokenUnion.Member(table(name, text), ALL);
  }

  /** Requires that the file of a table gives every token the table's id; returns the tokenizer. */
  private Tokenizer written(TokenTable table) {
    Path file = write("written", TokenizerText.of(table));
    assertEquals(table.ids(), TokenTable.read(file).ids());
    return Tokenizer.read(file);
  }

  private static List<String> inOrder(TokenTable table) {
    return table.ids().entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .collect(Collectors.toList());
  }

  @Test
  void theFirstKeepItsIdsThenComeVocabulariesAndThenAddedTokens() {
    TokenTable base = table("base", BASE);
    TokenTable union =
        TokenUnion.of(
            base,
            List.of(
                member(
                    "x",
                    file(
                        added(9, "<x>", true),
                        bpe(
                            "{\"c\": 0, \"b\": 1, \"bc\": 3, \"a\": 2, \"cb\": 4}",
                            "[\"c b\", \"b c\"]"))),
                member(
                    "y",
                    file(
                        added(3, "<y>", false) + "," + added(4, "<x>", false),
                        bpe("{\"bc\": 0, \"b\": 1, \"c\": 2, \"cc\": 3}", "[\"c c\"]")))));
    assertEquals(
        List.of("a", "b", "c", "ab", "<s>", "bc", "cb", "cc", "<x>", "<y>"), inOrder(union));
    assertTrue(union.added().get("<x>").special());
    Tokenizer tokenizer = written(union);
    assertArrayEquals(new int[] {8, 3, 5, 7, 9}, tokenizer.encode("<x>abbccc<y>", false).ids());
  }

  @Test
  void mergesOfNewTokensComeBehindTheFirstsAndNoOthersAreTakenOver() {
    TokenTable base = table("base", BASE);
    TokenTable union =
        TokenUnion.of(
            base,
            List.of(
                member(
                    "x",
                    file(
                        "",
                        bpe(
                            "{\"a\": 0, \"b\": 1, \"c\": 2, \"bc\": 3, \"abc\": 4, \"ab\": 5}",
                            "[\"b c\", \"a bc\", \"ab c\", \"a b\"]")))));
    assertEquals(List.of("a", "b", "b", "c", "a", "bc", "ab", "c"), union.entries().merges());
    // The first's "a b" is of a lower rank than the other's "b c".
    assertEquals(List.of("abc", "bc"), written(union).encode("abcbc", false).tokens());
  }

  @Test
  void textsWithoutNewTokensAreTokenizedAsBefore() {
    Path path = path("llama3-style");
    Tokenizer before = Tokenizer.read(path);
    TokenTable base = TokenTable.read(path);
    Tokenizer after =
        written(
            TokenUnion.of(
                base, List.of(new TokenUnion.Member(TokenTable.read(path("gpt2-style")), ALL))));
    TokenTable gpt2 = TokenTable.read(path("gpt2-style"));
    int fresh = 0;
    for (String word : gpt2.ids().keySet()) {
      List<String> found = after.encode(word, false).tokens();
      if (found.stream().allMatch(token -> base.id(token) >= 0)) {
        assertEquals(before.encode(word, false).tokens(), found);
      } else {
        fresh++;
      }
    }
    assertTrue(fresh > 0);
  }

  private static Path path(String name) {
    return Path.of("src/test/resources/tokenizers", name, "tokenizer.json");
  }

  @Test
  void tokensBeyondTheRowsOfAModelAreNotTaken() {
    TokenTable base = table("base", BASE);
    TokenTable other =
        table("x", file(added(5, "<x>", true), bpe("{\"a\": 0, \"b\": 1, \"d\": 2}", "[]")));
    assertEquals(
        List.of("a", "b", "c", "ab", "<s>", "d"),
        inOrder(TokenUnion.of(base, List.of(new TokenUnion.Member(other, 3)))));
    assertSame(base, TokenUnion.of(base, List.of(new TokenUnion.Member(other, 2))));
  }

  @Test
  void whereOnlyAddedTokensAreNewTheVocabularyStaysAsItIsWritten() {
    TokenTable base = table("base", BASE);
    TokenTable union =
        TokenUnion.of(
            base, List.of(member("x", file(added(9, "<x>", true), bpe("{\"a\": 0}", "[]")))));
    String text = TokenizerText.of(union);
    assertTrue(text.endsWith(BASE.substring(BASE.indexOf("], \"model\""))), text);
    assertEquals(5, written(union).id("<x>").orElseThrow());
  }

  @Test
  void vocabulariesWithHolesAreFilledUpSoThatIdsStay() {
    TokenTable base = table("base", file("", bpe("{\"a\": 0, \"b\": 7}", "[]")));
    TokenTable more = base.with(List.of("<n>", "a"));
    assertEquals(Map.of("a", 0, "b", 7, "<n>", 8), more.ids());
    assertArrayEquals(new int[] {7, 8, 0}, written(more).encode("b<n>a", false).ids());
  }

  @Test
  void anAddedTokenThatIsInTheVocabularyOfTheFirstIsAddedThereWithItsId() {
    TokenTable base = table("base", file("", bpe("{\"a\": 0, \"<s>\": 1, \"s\": 2}", "[]")));
    TokenTable union =
        TokenUnion.of(
            base, List.of(member("x", file(added(0, "<s>", true), bpe("{\"s\": 1}", "[]")))));
    assertEquals(1, union.id("<s>"));
    assertArrayEquals(new int[] {1, 0}, written(union).encode("<s>a", false).ids());
  }

  @Test
  void unigramVocabulariesGetTheScoresOfTheOther() {
    String format = "{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [%s]}";
    TokenTable base =
        table(
            "base",
            file(added(3, "<s>", true), format.formatted("[\"?\", 0], [\"a\", -2], [\"b\", -3]")));
    TokenTable union =
        TokenUnion.of(
            base,
            List.of(
                member(
                    "x", file("", format.formatted("[\"ab\", -1.5], [\"ba\", -9], [\"a\", -1]")))));
    assertEquals(List.of("?", "a", "b", "<s>", "ab", "ba"), inOrder(union));
    Tokenizer tokenizer = written(union);
    assertEquals(List.of("ab", "<s>", "b", "a"), tokenizer.encode("ab<s>ba", false).tokens());
  }

  @Test
  void wordPiecesAreFoundLongestFirst() {
    String format =
        "{\"type\": \"WordPiece\", \"unk_token\": \"?\", \"continuing_subword_prefix\": \"##\","
            + " \"max_input_chars_per_word\": 100, \"vocab\": {%s}}";
    TokenTable base =
        table("base", file("", format.formatted("\"?\": 0, \"a\": 1, \"##b\": 2, \"##c\": 3")));
    TokenTable union =
        TokenUnion.of(
            base, List.of(member("x", file("", format.formatted("\"##bc\": 0, \"?\": 1")))));
    assertEquals(List.of("a", "##bc"), written(union).encode("abc", false).tokens());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-cased-style",
        "gpt2-style",
        "llama2-style",
        "mistral-metaspace-style",
        "qwen-style",
        "roberta-style",
        "t5-unigram-style"
      })
  void everyLayoutCanBeExtended(String name) {
    TokenTable base = TokenTable.read(path(name));
    TokenTable more = base.with(List.of("<|one|>", "<|two|>"));
    assertEquals(base.size() + 1, more.id("<|two|>"));
    Tokenizer before = Tokenizer.read(path(name));
    Tokenizer after = written(more);
    for (String text : List.of("To be, or not to be", "x=1;\n\ty", "naïve 你好")) {
      assertArrayEquals(before.encode(text, true).ids(), after.encode(text, true).ids());
    }
    assertTrue(after.encode("a<|two|>b", false).tokens().contains("<|two|>"));
  }

  @Test
  void extensionsCanBeExtended() {
    TokenTable twice = table("base", BASE).with(List.of("<1>")).with(List.of("<2>", "<1>"));
    assertEquals(List.of("a", "b", "c", "ab", "<s>", "<1>", "<2>"), inOrder(twice));
    written(twice);
  }

  @Test
  void tokenizersOfAnotherKindAreRefusedIfTheyHaveTokensOfTheirOwn() {
    TokenTable base = table("base", BASE);
    String vocabulary = "{\"type\": \"WordLevel\", \"unk_token\": \"a\", \"vocab\": {%s}}";
    String problem =
        assertThrows(
                TokenizerException.class,
                () ->
                    TokenUnion.of(
                        base,
                        List.of(member("x", file("", vocabulary.formatted("\"a\": 0, \"d\": 1"))))))
            .getMessage();
    assertTrue(
        problem.contains(
            " is a tokenizer of another kind ('WordLevel') than '"
                + folder.resolve("base.json")
                + "' ('BPE'), so its token 'd', which the other lacks, would never be found; "),
        problem);
    assertSame(
        base,
        TokenUnion.of(base, List.of(member("x", file("", vocabulary.formatted("\"a\": 0"))))));
  }

  @Test
  void mergesAreWrittenAsThoseBefore() {
    String pairs = file("", bpe("{\"a\": 0, \" \": 1, \"a \": 2}", "[[\"a\", \" \"]]"));
    String strings = file("", bpe("{\"a\": 0, \"b\": 1, \" \": 3, \"ab\": 2}", "[\"a b\"]"));
    TokenTable ofPairs = TokenUnion.of(table("p", pairs), List.of(member("s", strings)));
    assertEquals(
        "[[\"a\",\" \"],[\"a\",\"b\"]]",
        Json.parse(folder, TokenizerText.of(ofPairs)).at("/model/merges").toString());
    written(ofPairs);
    TokenTable ofStrings = TokenUnion.of(table("s", strings), List.of(member("p", pairs)));
    assertTrue(
        assertThrows(TokenizerException.class, () -> TokenizerText.of(ofStrings))
            .getMessage()
            .contains(" writes merges as two tokens with a space between, "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\": {\"vocab\": {}, \"merges\": []}}",
        "{\"added_tokens\": null, \"model\": {\"merges\": [], \"vocab\": {}}}",
        "{\"model\": {\"merges\": [], \"vocab\": {\n  }}, \"added_tokens\": [ ]}"
      })
  void emptySectionsAndThoseThatAreNotThereAreFilled(String text) {
    TokenTable union =
        TokenUnion.of(
            table("base", text),
            List.of(
                member(
                    "x",
                    file(
                        added(3, "<x>", true),
                        bpe("{\"a\": 0, \"b\": 1, \"ab\": 2}", "[\"a b\"]")))));
    assertArrayEquals(new int[] {2, 3}, written(union).encode("ab<x>", false).ids());
  }

  @Test
  void theOtherFilesListNewAddedTokensWhereTheyListAny() throws IOException {
    TokenTable more = table("base", BASE).with(List.of("<\\\"é\">"));
    Path config =
        write(
            "config",
            "{\"added_tokens_decoder\": {\"4\": {\"content\": \"<s>\"}}, \"eos_token\": \"<s>\"}");
    assertEquals(
        Json.parse(
            config,
            """
            {"added_tokens_decoder": {"4": {"content": "<s>"}, "5": {
              "content": "<\\\\\\"é\\">", "single_word": false, "lstrip": false, "rstrip": false,
              "normalized": false, "special": false}}, "eos_token": "<s>"}
            """),
        Json.parse(config, TokenizerText.config(more, config)));
    Path none = write("none", "{\"eos_token\": {\"added_tokens_decoder\": {}}}");
    assertEquals(Files.readString(none), TokenizerText.config(more, none));
    Path added = write("added", "{\"<s>\": 4}");
    assertEquals(
        "{\"<s>\":4,\"<\\\\\\\"é\\\">\":5}",
        Json.parse(added, TokenizerText.added(more, added)).toString());
  }
}
