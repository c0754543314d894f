package dev.amalgam.job;

import static dev.amalgam.job.NumberedModels.EMBEDDING;
import static dev.amalgam.job.NumberedModels.HEAD;
import static dev.amalgam.job.NumberedModels.NORM;
import static dev.amalgam.job.NumberedModels.SUM;
import static dev.amalgam.job.NumberedModels.first;
import static dev.amalgam.job.NumberedModels.read;
import static dev.amalgam.job.NumberedModels.rows;
import static dev.amalgam.job.NumberedModels.tokens;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of embeddings are merged by the tokens that they stand for. */
class TokenNumberingTest {
  @TempDir Path root;
  private NumberedModels models;

  @BeforeEach
  void writeModels() throws IOException {
    models = new NumberedModels(root);
  }

  @Test
  void theUnionKeepsTheBasesNumbersAndFillsMissingRowsByTheRules() throws IOException {
    Path out = models.merge(SUM + "tokenizer_source: union\n");
    assertEquals(List.of("?", "a", "b", "c", "d", "e", "f"), tokens(out));
    assertEquals(
        List.of(
            1 + 10 + 200f,
            2 + 30 + 300f,
            3 + 20 + 400f,
            // x lacks c, so it has the base's.
            4 + 4 + 500f,
            // The base lacks d and e, so it has the mean of x and y.
            (40 + 100) / 2f + 40 + 100,
            (50 + 700) / 2f + 50 + 700,
            // Only y has f.
            600 + 600 + 600f),
        first(out));
    assertEquals(
        "{\"model_type\": \"llama\"}\n".replace("{", "{\n  \"vocab_size\": 7,"),
        Files.readString(out.resolve("config.json")));
    assertEquals(List.of(), models.warnings());
    assertArrayEquals(new float[] {3, 3, 3}, read(out, "model.norm.weight"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer_source: base", "tokenizer: {source: base}"})
  void theBasesTokensAloneAreLeft(String source) throws IOException {
    Path out = models.merge(SUM + source + "\n");
    assertEquals(List.of(211f, 332f, 423f, 508f), first(out));
    assertEquals(
        -1, Files.mismatch(root.resolve("base/tokenizer.json"), out.resolve("tokenizer.json")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tokenizer_source: x",
        "tokenizer: {source: x}",
        "tokenizer: {source: {model: {path: x}}}"
      })
  void theTokensOfAModelAreNumberedAsThere(String source) throws IOException {
    Path out = models.merge(SUM + source + "\n");
    assertEquals(List.of("?", "b", "a", "d", "e"), tokens(out));
    assertEquals(List.of(211f, 423f, 332f, 210f, 1125f), first(out));
  }

  @Test
  void aVocabularyWithAGapThatWouldFillTheDiskIsRefused() throws IOException {
    Path file = root.resolve("base/tokenizer.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst("\"c\": ?3", "\"c\": 1000000"));
    assertEquals(
        "'"
            + file
            + "': its ids go up to 1000003, but there are 7 tokens and at most 7 rows of"
            + " embeddings, so most rows of the output would stand for no token; the file is"
            + " damaged, or not that of these models",
        models.refused(SUM + "tokenizer_source: union\n"));
  }

  @Test
  void aFolderWithATokenizerAloneCanBeTheSource() throws IOException {
    new SmallModel(root.resolve("tok"), "none").words("f", "a", "new");
    Path out = models.merge(SUM + "tokenizer_source: tok\n");
    assertEquals(List.of(1800f, 332f, 0f), first(out));
    assertEquals(
        List.of(
            "no model has a row for the token 'new' of the output's tokenizer; what none has is"
                + " zero"),
        models.warnings());
  }

  @Test
  void aRecipeSaysWhereRowsOfSingleTokensComeFrom() throws IOException {
    Path out =
        models.merge(
            SUM
                + """
                tokenizer:
                  source: base
                  tokens:
                    c: {source: y}
                    d: {source: x}
                    <1>: {source: {kind: model_token, model: y, token: f}}
                    <2>: {source: {kind: model_token, model: {model: {path: x}}, token_id: 4}}
                    <3>: {source: {kind: zero}}
                    a: {source: {kind: zero}, force: false}
                """);
    assertEquals(List.of("?", "a", "b", "c", "d", "<1>", "<2>", "<3>"), tokens(out));
    assertEquals(
        // The rows of tokens that a model has stay.
        List.of(211f, 332f, 423f, 4 + 500 + 500f, 40 + 40 + 100f, 1800f, 150f, 0f), first(out));
  }

  @Test
  void aForcedRowReplacesThatOfEveryModel() throws IOException {
    Path out =
        models.merge(
            SUM
                + """
                tokenizer:
                  source: base
                  tokens:
                    a: {source: x, force: true}
                    b: {source: {kind: zero}, force: yes}
                    c: {source: {kind: model_token, model: base, token: "?"}, force: true}
                """);
    assertEquals(List.of(211f, 90f, 0f, 3f), first(out));
  }

  @Test
  void rowsOfNoTokenAreKeptAndTheFirstOfThemAreUsedForNewTokens() throws IOException {
    models.model("base", 1, "?", "a", "b", "c").tensor(EMBEDDING, 2, rows(1, 7)).write();
    models.model("x", 10, "?", "b", "a", "d", "e").tensor(EMBEDDING, 2, rows(10, 6)).write();
    Path out = models.merge(SUM + "tokenizer_source: base\n");
    // Row 5 stands for no token in base and x, but for f in y.
    assertEquals(List.of(211f, 332f, 423f, 508f, 15f, 6 + 60 + 6f, 21f), first(out));
    out = models.merge(SUM + "tokenizer: {source: base, tokens: {f: {source: y}}}\n");
    assertEquals(List.of(211f, 332f, 423f, 508f, 1800f, 72f, 21f), first(out));
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "4, 4", "5, 5", "3, 6", "64, 64"})
  void rowsArePaddedWithZerosToAMultiple(int multiple, int rows) throws IOException {
    Path out =
        models.merge(SUM + "tokenizer: {source: base, pad_to_multiple_of: " + multiple + "}\n");
    List<Float> expected = new ArrayList<>(List.of(211f, 332f, 423f, 508f));
    while (expected.size() < rows) {
      expected.add(0f);
    }
    assertEquals(expected, first(out));
    assertTrue(
        Files.readString(out.resolve("config.json")).contains("\"vocab_size\": " + rows)
            || rows == 4);
  }

  @Test
  void tokensWithoutARowAreNotAModels() throws IOException {
    // y has a tokenizer of 7 tokens, but no row for e.
    models
        .model("y", 100, "d", "?", "a", "b", "c", "f", "e")
        .tensor(EMBEDDING, 2, rows(100, 6))
        .write();
    Path out = models.merge(SUM + "tokenizer_source: union\n");
    assertEquals(50 + 50 + 50f, first(out).get(5));
  }

  @Test
  void headsAndBiasesMoveToo() throws IOException {
    for (String name : List.of("base", "x", "y")) {
      Path folder = root.resolve(name);
      float[] embedding = read(folder, EMBEDDING);
      float[] head = embedding.clone();
      for (int i = 0; i < head.length; i++) {
        head[i] *= 2;
      }
      new SmallModel(folder, "llama")
          .tensor(EMBEDDING, 2, embedding)
          .tensor("model.norm.weight", 0, NORM)
          .tensor(HEAD, 2, head)
          .write();
    }
    Path out = models.merge(SUM + "tokenizer_source: union\n");
    float[] embedding = read(out, EMBEDDING);
    float[] head = read(out, HEAD);
    assertEquals(14, head.length);
    for (int i = 0; i < head.length; i++) {
      assertEquals(2 * embedding[i], head[i]);
    }
  }

  @Test
  void gpt2AndBertHaveNamesOfTheirOwn() throws IOException {
    String pair =
        """
        merge_method: linear
        models: [{model: g1}, {model: g2}]
        parameters: {weight: 1, normalize: false}
        tokenizer_source: union
        """;
    new SmallModel(root.resolve("g1"), "gpt2")
        .words("a", "b")
        .tensor("wte.weight", 2, 1, 2, 3, 4)
        .tensor("wpe.weight", 2, 1, 1, 1, 1)
        .write();
    new SmallModel(root.resolve("g2"), "gpt2")
        .words("c", "a", "b")
        .tensor("wte.weight", 2, 10, 20, 30, 40, 50, 60)
        .tensor("wpe.weight", 2, 2, 2, 2, 2)
        .write();
    Path out = models.merge(pair);
    assertArrayEquals(new float[] {31, 42, 53, 64, 20, 40}, read(out, "wte.weight"));
    assertArrayEquals(new float[] {3, 3, 3, 3}, read(out, "wpe.weight"));
    String embedding = "bert.embeddings.word_embeddings.weight";
    new SmallModel(root.resolve("g1"), "bert")
        .words("a", "b")
        .tensor(embedding, 2, 1, 2, 3, 4)
        .tensor("cls.predictions.bias", 0, 5, 6)
        .write();
    new SmallModel(root.resolve("g2"), "bert")
        .words("c", "a", "b")
        .tensor(embedding, 2, 10, 20, 30, 40, 50, 60)
        .tensor("cls.predictions.bias", 0, 7, 8, 9)
        .write();
    out = models.merge(pair);
    assertArrayEquals(new float[] {31, 42, 53, 64, 20, 40}, read(out, embedding));
    assertArrayEquals(new float[] {13, 15, 14}, read(out, "cls.predictions.bias"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ties", "dare_ties", "della", "linear"})
  void theBytesDependOnNoThreads(String method) throws IOException {
    String text =
        """
        merge_method: %s
        base_model: base
        models: [{model: x}, {model: y}]
        parameters: {weight: 0.5}
        dtype: bfloat16
        tokenizer: {source: union, pad_to_multiple_of: 4}
        """
            .formatted(method);
    Path one = models.merge(text, 1, "one").resolve("model.safetensors");
    assertEquals(
        -1, Files.mismatch(one, models.merge(text, 5, "five").resolve("model.safetensors")));
  }

  @Test
  void stagesPassTheirTokensOn() throws IOException {
    models.model("z", 1000, "f", "g");
    Path out =
        models.merge(
            """
            name: one
            merge_method: linear
            models: [{model: base}, {model: y}]
            parameters: {weight: 1, normalize: false}
            tokenizer_source: union
            ---
            merge_method: linear
            models: [{model: one}, {model: z}]
            parameters: {weight: 1, normalize: false}
            tokenizer:
              source: union
              tokens: {"?": {source: one, force: true}}
            """);
    assertEquals(List.of("?", "a", "b", "c", "d", "f", "e", "g"), tokens(out));
    assertEquals(List.of(402f, 604f, 806f, 1008f, 400f, 2200f, 2800f, 4000f), first(out));
    assertTrue(Files.readString(out.resolve("config.json")).contains("\"vocab_size\": 8,"));
  }
}
