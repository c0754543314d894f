package dev.amalgam.job;

import static dev.amalgam.job.NumberedModels.SUM;
import static dev.amalgam.job.NumberedModels.first;
import static dev.amalgam.job.NumberedModels.tokens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What merging by tokens does to configs and tokenizers, and what of it is refused. */
class TokenFilesTest {
  @TempDir Path root;
  private NumberedModels models;

  @BeforeEach
  void writeModels() throws IOException {
    models = new NumberedModels(root);
  }

  @Test
  void modelsOfOneTokenizerAreMergedAsWithoutIt() throws IOException {
    models.model("x", 10, "?", "a", "b", "c");
    models.model("y", 100, "?", "a", "b", "c");
    Path without = models.merge(SUM, 1, "without");
    for (String source : List.of("base", "union", "y")) {
      Path with = models.merge(SUM + "tokenizer_source: " + source + "\n", 1, "with");
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
    Path out = models.merge(SUM + "tokenizer_source: x\n");
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
        models.warnings().getFirst());
    out = models.merge(SUM + "tokenizer_source: union\n");
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
    Path out = models.merge(SUM + "tokenizer: {tokens: {<n>: {source: {kind: zero}}}}\n");
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

  @Test
  void aModelWithoutATokenizerHasTheBasesUnlessTheUnionIsAskedFor() throws IOException {
    models.model("x", 10, "?", "a", "b", "c");
    Files.delete(root.resolve("x/tokenizer.json"));
    Path out = models.merge(SUM + "tokenizer_source: base\n");
    assertEquals(List.of(211f, 322f, 433f, 544f), first(out));
    assertTrue(
        models
            .warnings()
            .getFirst()
            .contains(" has no tokenizer.json; its tokens are taken to be"));
    assertTrue(
        models
            .refused(SUM + "tokenizer_source: union\n")
            .contains(
                "x' has no tokenizer.json, which says what token each row of its embeddings"));
    Files.delete(root.resolve("base/tokenizer.json"));
    assertTrue(
        models
            .refused(SUM + "tokenizer_source: base\n")
            .contains("base' has no tokenizer.json, which"));
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
    models.model("z", 1, "a");
    String message = models.refused(SUM + "tokenizer: {source: base, tokens: " + tokens + "}\n");
    assertTrue(message.contains(problem), message);
  }

  @Test
  void filesThatCannotBeWrittenAreRefusedBeforeTheMerge() throws IOException {
    Files.writeString(root.resolve("base/tokenizer_config.json"), "{\"a\": ");
    assertTrue(
        models
            .refused(SUM + "tokenizer_source: union\n")
            .contains("base/tokenizer_config.json', line 1, column 7: it is not JSON: "));
  }

  @Test
  void importanceIsOfModelsAsTheyAre() throws IOException {
    Files.writeString(root.resolve("e.jsonl"), "{\"text\": \"a\"}\n");
    assertTrue(
        models
            .refused(
                """
                merge_method: apl
                base_model: base
                models: [{model: x, parameters: {examples: e.jsonl}}]
                tokenizer_source: union
                """)
            .contains("renumber 'x' first, by a merge of its own with merge_method passthrough,"));
    assertTrue(
        models
            .refused(
                """
                merge_method: apl
                base_model: base
                models: [{model: base, parameters: {examples: e.jsonl}}]
                tokenizer: {source: base, pad_to_multiple_of: 64}
                """)
            .contains("merge_method apl runs models as they are, and here tokens are numbered"));
  }
}
