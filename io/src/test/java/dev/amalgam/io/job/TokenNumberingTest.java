package dev.amalgam.io.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.tokenizer.Tokenizer;
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

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";
  private static final float[] NORM = {1, 1, 1};

  // The sum of all models, so that an output says where it comes from.
  private static final String SUM =
      """
      merge_method: linear
      base_model: base
      models: [{model: base}, {model: x}, {model: y}]
      parameters: {weight: 1, normalize: false}
      """;

  @TempDir Path root;

  @BeforeEach
  void models() throws IOException {
    model("base", 1, "?", "a", "b", "c");
    model("x", 10, "?", "b", "a", "d", "e");
    model("y", 100, "d", "?", "a", "b", "c", "f", "e");
  }

  /** Rows are the factor times 1, 2, … in the order of the words, repeated with signs. */
  private static float[] rows(float factor, int count) {
    float[] rows = new float[2 * count];
    for (int i = 0; i < count; i++) {
      rows[2 * i] = factor * (i + 1);
      rows[2 * i + 1] = -factor * (i + 1);
    }
    return rows;
  }

  private SmallModel model(String name, float factor, String... words) throws IOException {
    SmallModel model =
        new SmallModel(root.resolve(name), "llama")
            .words(words)
            .tensor(EMBEDDING, 2, rows(factor, words.length))
            .tensor("model.norm.weight", 0, NORM);
    model.write();
    return model;
  }

  private Path recipe(String text) throws IOException {
    return Files.writeString(root.resolve("r.yml"), text);
  }

  private List<String> warnings = List.of();

  private Path merge(String text) throws IOException {
    return merge(text, 2, "out");
  }

  private Path merge(String text, int threads, String out) throws IOException {
    Path path = root.resolve(out);
    var settings = new MergeJob.Settings(42, threads, Long.MAX_VALUE, true, true, true);
    try (MergeJob job = MergeJob.prepare(recipe(text), path, settings)) {
      warnings = job.summary().warnings();
      job.run(ProgressListener.NONE);
    }
    return path;
  }

  private String refused(String text) throws IOException {
    Path recipe = recipe(text);
    String message =
        assertThrows(AmalgamException.class, () -> MergeJob.check(recipe, 1)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static float[] read(Path model, String tensor) {
    try (ModelFile file = ModelFile.open(model.resolve("model.safetensors"))) {
      for (TensorInfo info : file.info()) {
        if (info.name().equals(tensor)) {
          return file.read(info);
        }
      }
    }
    throw new AssertionError("no tensor " + tensor);
  }

  /** Returns the first element of each row of the output's embedding. */
  private static List<Float> first(Path model) {
    float[] rows = read(model, EMBEDDING);
    List<Float> first = new ArrayList<>();
    for (int i = 0; i < rows.length; i += 2) {
      assertEquals(0, rows[i] + rows[i + 1]);
      first.add(rows[i]);
    }
    return first;
  }

  private static List<String> tokens(Path model) {
    Tokenizer tokenizer = Tokenizer.read(model.resolve("tokenizer.json"));
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < tokenizer.vocabularySize(); i++) {
      tokens.add(tokenizer.token(i).orElseThrow());
    }
    return tokens;
  }

  @Test
  void theUnionKeepsTheBasesNumbersAndFillsMissingRowsByTheRules() throws IOException {
    Path out = merge(SUM + "tokenizer_source: union\n");
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
    assertEquals(List.of(), warnings);
    assertArrayEquals(new float[] {3, 3, 3}, read(out, "model.norm.weight"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer_source: base", "tokenizer: {source: base}"})
  void theBasesTokensAloneAreLeft(String source) throws IOException {
    Path out = merge(SUM + source + "\n");
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
    Path out = merge(SUM + source + "\n");
    assertEquals(List.of("?", "b", "a", "d", "e"), tokens(out));
    assertEquals(List.of(211f, 423f, 332f, 210f, 1125f), first(out));
  }

  @Test
  void aFolderWithATokenizerAloneCanBeTheSource() throws IOException {
    new SmallModel(root.resolve("tok"), "none").words("f", "a", "new");
    Path out = merge(SUM + "tokenizer_source: tok\n");
    assertEquals(List.of(1800f, 332f, 0f), first(out));
    assertEquals(
        List.of(
            "no model has a row for the token 'new' of the output's tokenizer; what none has is"
                + " zero"),
        warnings);
  }

  @Test
  void aRecipeSaysWhereRowsOfSingleTokensComeFrom() throws IOException {
    Path out =
        merge(
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
        merge(
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
    model("base", 1, "?", "a", "b", "c").tensor(EMBEDDING, 2, rows(1, 7)).write();
    model("x", 10, "?", "b", "a", "d", "e").tensor(EMBEDDING, 2, rows(10, 6)).write();
    Path out = merge(SUM + "tokenizer_source: base\n");
    // Row 5 stands for no token in base and x, but for f in y.
    assertEquals(List.of(211f, 332f, 423f, 508f, 15f, 6 + 60 + 6f, 21f), first(out));
    out = merge(SUM + "tokenizer: {source: base, tokens: {f: {source: y}}}\n");
    assertEquals(List.of(211f, 332f, 423f, 508f, 1800f, 72f, 21f), first(out));
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "4, 4", "5, 5", "3, 6", "64, 64"})
  void rowsArePaddedWithZerosToAMultiple(int multiple, int rows) throws IOException {
    Path out = merge(SUM + "tokenizer: {source: base, pad_to_multiple_of: " + multiple + "}\n");
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
    model("y", 100, "d", "?", "a", "b", "c", "f", "e").tensor(EMBEDDING, 2, rows(100, 6)).write();
    Path out = merge(SUM + "tokenizer_source: union\n");
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
    Path out = merge(SUM + "tokenizer_source: union\n");
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
    Path out = merge(pair);
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
    out = merge(pair);
    assertArrayEquals(new float[] {31, 42, 53, 64, 20, 40}, read(out, embedding));
    assertArrayEquals(new float[] {13, 15, 14}, read(out, "cls.predictions.bias"));
  }

  @Test
  void modelsOfOneTokenizerAreMergedAsWithoutIt() throws IOException {
    model("x", 10, "?", "a", "b", "c");
    model("y", 100, "?", "a", "b", "c");
    Path without = merge(SUM, 1, "without");
    for (String source : List.of("base", "union", "y")) {
      Path with = merge(SUM + "tokenizer_source: " + source + "\n", 1, "with");
      for (String file : List.of("model.safetensors", "config.json", "tokenizer.json")) {
        assertEquals(-1, Files.mismatch(without.resolve(file), with.resolve(file)), file);
      }
    }
  }

  @Test
  void idsInConfigsFollowTheirTokens() throws IOException {
    String config =
        """
        {"model_type": "llama", "vocab_size": 4, "eos_token_id": [1, 3], "bos_token_id": 2,
         "pad_token_id": -1, "unk_token_id": 0, "other": 1, "sep_token_id": 3, "mask_token_id": 9,
         "text_config": {"vocab_size": 4, "eos_token_id": 1}, "vision": {"vocab_size": 5}}
        """;
    Files.writeString(root.resolve("base/config.json"), config);
    Files.writeString(
        root.resolve("base/generation_config.json"),
        "{\"eos_token_id\": 1, \"bad_words_ids\": [[1, 2], [3], [2]], \"top_k\": 1}\n");
    Path out = merge(SUM + "tokenizer_source: x\n");
    assertEquals(
        """
        {"model_type": "llama", "vocab_size": 5, "eos_token_id": [2], "bos_token_id": 1,
         "pad_token_id": -1, "unk_token_id": 0, "other": 1, "sep_token_id": null, "mask_token_id": 9,
         "text_config": {"vocab_size": 5, "eos_token_id": 2}, "vision": {"vocab_size": 5}}
        """,
        Files.readString(out.resolve("config.json")));
    assertEquals(
        "{\"eos_token_id\": 2, \"bad_words_ids\": [[2,1],[1]], \"top_k\": 1}\n",
        Files.readString(out.resolve("generation_config.json")));
    assertEquals(
        "config.json, 'eos_token_id' names the token 'c', which the tokenizer of the output lacks;"
            + " it is left out, so check that the output knows where texts end",
        warnings.getFirst());
    out = merge(SUM + "tokenizer_source: union\n");
    assertEquals(config.replace(" 4,", " 7,"), Files.readString(out.resolve("config.json")));
    assertEquals(
        -1,
        Files.mismatch(
            root.resolve("base/generation_config.json"), out.resolve("generation_config.json")));
  }

  @Test
  void filesThatDoNotKnowNewTokensAreLeftOut() throws IOException {
    for (String name : List.of("vocab.json", "merges.txt", "chat_template.jinja")) {
      Files.writeString(root.resolve("base").resolve(name), "x");
    }
    Files.writeString(root.resolve("base/added_tokens.json"), "{}");
    Path out = merge(SUM + "tokenizer: {tokens: {<n>: {source: {kind: zero}}}}\n");
    assertEquals("{\n  \"<n>\": 7\n}", Files.readString(out.resolve("added_tokens.json")));
    assertTrue(Files.exists(out.resolve("chat_template.jinja")));
    assertFalse(Files.exists(out.resolve("vocab.json")));
    assertFalse(Files.exists(out.resolve("merges.txt")));
    String provenance = Files.readString(out.resolve("amalgam.json"));
    for (String model : List.of("base", "x", "y")) {
      assertTrue(
          provenance.contains("\"model\": \"" + model + "\",\n      \"file\": \"tokenizer.json\""));
    }
    assertFalse(provenance.contains("merges.txt"));
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
    Path one = merge(text, 1, "one").resolve("model.safetensors");
    assertEquals(-1, Files.mismatch(one, merge(text, 5, "five").resolve("model.safetensors")));
  }

  @Test
  void stagesPassTheirTokensOn() throws IOException {
    model("z", 1000, "f", "g");
    Path out =
        merge(
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
    assertFalse(Files.exists(out.resolve(".stages")));
  }

  @Test
  void aModelWithoutATokenizerHasTheBasesUnlessTheUnionIsAskedFor() throws IOException {
    model("x", 10, "?", "a", "b", "c");
    Files.delete(root.resolve("x/tokenizer.json"));
    Path out = merge(SUM + "tokenizer_source: base\n");
    assertEquals(List.of(211f, 322f, 433f, 544f), first(out));
    assertTrue(warnings.getFirst().contains(" has no tokenizer.json; its tokens are taken to be"));
    assertTrue(
        refused(SUM + "tokenizer_source: union\n")
            .contains(
                "x' has no tokenizer.json, which says what token each row of its embeddings"));
    Files.delete(root.resolve("base/tokenizer.json"));
    assertTrue(
        refused(SUM + "tokenizer_source: base\n").contains("base' has no tokenizer.json, which"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{d: {source: base}}|token 'd': 'base' has no token 'd'; did you mean",
        "{<1>: {source: base}}|token '<1>': 'base' has no token '<1>'; name a token of its",
        "{a: {source: {kind: model_token, model: y, token: quite}}}|token 'a': 'y' has no token"
            + " 'quite'; name a",
        "{a: {source: {kind: model_token, model: x, token_id: 5}}}|token 'a': token_id is 5, but"
            + " 'x' has 5 rows of tokens; write a number from 0 to 4",
        "{a: {source: z}}|token 'a': its source 'z' is not one of the models that are merged; did",
        "{a: {source: nowhere}}|model 'nowhere': no such folder here"
      })
  void rowsThatDoNotExistAreRefused(String tokens, String problem) throws IOException {
    model("z", 1, "a");
    String message = refused(SUM + "tokenizer: {source: base, tokens: " + tokens + "}\n");
    assertTrue(message.contains(problem), message);
  }

  @Test
  void filesThatCannotBeWrittenAreRefusedBeforeTheMerge() throws IOException {
    Files.writeString(root.resolve("base/tokenizer_config.json"), "{\"a\": ");
    assertTrue(
        refused(SUM + "tokenizer_source: union\n")
            .contains("base/tokenizer_config.json' is not JSON: "));
  }

  @Test
  void importanceIsOfModelsAsTheyAre() throws IOException {
    Files.writeString(root.resolve("e.jsonl"), "{\"text\": \"a\"}\n");
    assertTrue(
        refused(
                """
                merge_method: apl
                base_model: base
                models: [{model: x, parameters: {examples: e.jsonl}}]
                tokenizer_source: union
                """)
            .contains("merge_method apl runs models as they are, and here tokens are numbered"));
  }
}
