package dev.amalgam.job;

import static dev.amalgam.job.NumberedModels.SUM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configs, generation configs and tokenizers that agree on where texts begin and end. */
class TextEndsTest {

  private static final String CONFIG =
      "{\"model_type\": \"llama\", \"vocab_size\": 4, \"bos_token_id\": 2, \"eos_token_id\": %s}";

  @TempDir Path root;
  private NumberedModels models;

  @BeforeEach
  void writeModels() throws IOException {
    models = new NumberedModels(root);
  }

  @Test
  void embeddingsOfDifferentHeightsAskForATokenizerSource() throws IOException {
    String message = models.refused(SUM);
    assertTrue(message.contains("tensor 'model.embed_tokens.weight' has shape "), message);
    assertTrue(message.contains("the models have vocabularies of "), message);
    assertTrue(message.contains("say 'tokenizer_source: base' or 'union'"), message);
  }

  @Test
  void theConfigNamesTheTokensOfAnotherModelsTokenizer() throws IOException {
    write("base/config.json", CONFIG.formatted("1"));
    write("base/generation_config.json", "{\"eos_token_id\": 1, \"top_k\": 7}");
    write("y/tokenizer_config.json", "{\"bos_token\": null, \"eos_token\": {\"content\": \"e\"}}");
    write("y/generation_config.json", "{\"eos_token_id\": [4, 6]}\n");
    Path out = models.merge(SUM + "tokenizer_source: y\n");
    assertEquals(
        "{\"model_type\": \"llama\", \"vocab_size\": 7, \"bos_token_id\": 3, \"eos_token_id\": 6}",
        Files.readString(out.resolve("config.json")));
    assertEquals(
        "{\"eos_token_id\": [4, 6]}\n", Files.readString(out.resolve("generation_config.json")));
    assertTrue(
        Files.readString(out.resolve("amalgam.json"))
            .contains("\"model\": \"y\",\n      \"file\": \"generation_config.json\""));
    assertEquals(List.of(), models.warnings());
  }

  @Test
  void aGenerationConfigThatTheTokenizersModelLacksIsTheBasesWithItsTokens() throws IOException {
    write("base/config.json", CONFIG.formatted("[1, 3]"));
    write("base/generation_config.json", "{\"eos_token_id\": [1, 3], \"top_k\": 7}");
    write(
        "y/tokenizer_config.json",
        "{\"eos_token\": \"e\", \"added_tokens_decoder\": {\"6\": {\"content\": \"e\"}}}");
    Path out = models.merge(SUM + "tokenizer_source: y\n");
    assertEquals(
        "{\"eos_token_id\": [6,2,4], \"top_k\": 7}",
        Files.readString(out.resolve("generation_config.json")));
    assertEquals(List.of(), models.warnings());
  }

  @Test
  void whatDisagreedBeforeIsKeptWithAWarning() throws IOException {
    write("base/config.json", CONFIG.formatted("1"));
    write("base/generation_config.json", "{\"eos_token_id\": [1, 2]}");
    write("base/tokenizer_config.json", "{\"eos_token\": \"b\", \"bos_token\": \"b\"}");
    Path out = models.merge(SUM + "tokenizer_source: union\n");
    assertTrue(Files.readString(out.resolve("config.json")).contains("\"eos_token_id\": 1}"));
    assertEquals(
        List.of(
            "config.json of 'base' says eos_token_id = 1, while its tokenizer has the token 'b' for"
                + " that, of number 2; both are kept, so check that texts end where they should"),
        models.warnings());
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(root.resolve(file), text);
  }
}
