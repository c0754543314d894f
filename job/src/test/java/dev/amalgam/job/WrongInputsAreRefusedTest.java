package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrongInputsAreRefusedTest {

  private static final String OTHER_TOKENIZER = "{\"model\": {\"vocab\": {\"a\": 1, \"b\": 0}}}";

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  @Test
  void aModelOfTheHub() throws IOException {
    merge.recipe("merge_method: linear\nmodels: [{model: meta-llama/Llama-3.2-1B}]\n");
    assertEquals(
        merge.recipe
            + ": model 'meta-llama/Llama-3.2-1B': no such folder here, nor beside the recipe in "
            + root
            + "; models are read from folders on this disk, so download it first (hf download"
            + " <model> --local-dir <folder>)",
        merge.refused());
  }

  @Test
  void anAdapterThatIsNotThere() throws IOException {
    merge.recipe("merge_method: linear\nmodels: [{model: base+adapter}]\n");
    assertTrue(merge.refused().startsWith(merge.recipe + ": model 'adapter': no such folder here"));
  }

  @Test
  void aReferenceThatIsNoPath() throws IOException {
    merge.recipe("merge_method: linear\nmodels: [{model: \"a\\0b\"}]\n");
    assertTrue(merge.refused().endsWith(": model 'a\\u{0}b': is no path"), merge.refused());
  }

  @Test
  void whatThePlannerFindsIsToldWithTheRecipesName() throws IOException {
    merge.recipe("merge_method: linear\nmodels: [{model: a}]\n");
    assertTrue(merge.refused().startsWith(merge.recipe + ": "), merge.refused());
  }

  @Test
  void quantizedModels() throws IOException {
    Path config = root.resolve("b/config.json");
    Files.writeString(config, "{\"quantization_config\": {\"quant_method\": \"gp\\u001btq\"}}");
    assertEquals(
        "'"
            + config
            + "': quantization_config says that the weights are quantized (quant_method"
            + " 'gp\\u{1b}tq'); merge the models before they are quantized, or dequantize them"
            + " first",
        merge.refused());
    Files.writeString(config, "{\"quantization_config\": null}");
    merge.merge();
  }

  @Test
  void configsThatAreNoConfigs() throws IOException {
    Path config = root.resolve("base/config.json");
    configRefused(config, "{\"a\": ", ", line 1, column 7: it is not JSON: 'Unexpected end-of");
    configRefused(
        config, "{\n\"a\": 1,\n\"a\": 2}", ", line 3, column 4: it is not JSON: 'Duplicate");
    configRefused(config, "{} {}", "it is not JSON: 'Trailing token");
    configRefused(config, "[]", " is no JSON object; the file is damaged");
    configRefused(config, "", " is empty; the file is damaged");
    configRefused(config, "{\"a\":".repeat(100_000), "it is not JSON: 'Document nesting depth");
    Files.write(config, "{\"a\": \"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(merge.refused().endsWith(" is not UTF-8 text; the file is damaged"));
  }

  @Test
  void aHugeConfig() throws IOException {
    Path config = root.resolve("base/config.json");
    try (var file = new RandomAccessFile(config.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertEquals(
        "'" + config + "' is larger than 64 MiB, which such a file never is; the file is damaged",
        merge.refused());
  }

  private void configRefused(Path config, String text, String problem) throws IOException {
    Files.writeString(config, text);
    String message = merge.refused();
    assertTrue(message.startsWith("'" + config + "'"), message);
    assertTrue(message.contains(problem), message);
  }

  @Test
  void modelsWithoutConfigGiveAWarning() throws IOException {
    Files.delete(root.resolve("base/config.json"));
    assertEquals(List.of("'base' has no config.json, so the output gets none"), warnings());
  }

  @Test
  void tokenizersThatNumberTheirTokensOtherwiseGiveAWarning() throws IOException {
    Files.writeString(root.resolve("b/tokenizer.json"), OTHER_TOKENIZER);
    assertEquals(
        List.of(
            "'b': its tokenizer differs from that of '"
                + root.resolve("base")
                + "': token 'a' has id 1, not 0, so rows of the embeddings do not mean the same; to"
                + " merge them by token, write tokenizer_source"),
        warnings());
  }

  @Test
  void tokenizersThatDifferInNothingThatMattersGiveNone() throws IOException {
    Files.writeString(
        root.resolve("b/tokenizer.json"),
        "{\"model\":{\"vocab\":{\"b\":1,\"a\":0}},\"padding\":null}");
    assertEquals(List.of(), warnings());
  }

  @Test
  void tokensMoreOrLess() throws IOException {
    Path tokenizer = root.resolve("b/tokenizer.json");
    Files.writeString(
        tokenizer,
        "{\"model\":{\"vocab\":{\"a\":0,\"b\":1}},\"added_tokens\":[{\"id\":2,\"content\":\"<pad>\"}]}");
    assertTrue(warnings().getFirst().contains(": it has more tokens, so rows"));
    Files.writeString(tokenizer, "{\"model\": {\"vocab\": {\"a\": 0}}}");
    assertTrue(warnings().getFirst().contains(": it has no token 'b', so rows"));
    Files.writeString(tokenizer, "{\"model\": {\"vocab\": [[\"a\", -1.5], [\"c\", -2]]}}");
    assertTrue(warnings().getFirst().contains(": it has no token 'b', so rows"));
  }

  @Test
  void tokensCannotBeRearrangedWithoutAnEmbeddingOfAKnownName() throws IOException {
    Files.writeString(root.resolve("b/tokenizer.json"), OTHER_TOKENIZER);
    merge.recipe(MergeFixture.RECIPE + "tokenizer_source: base\n");
    assertEquals(
        "'"
            + root.resolve("base")
            + "': no tensor has a name that is known to be an input embedding's, so its rows cannot"
            + " be arranged by tokens; merge models of one tokenizer, without 'tokenizer' and"
            + " 'tokenizer_source'",
        merge.refused());
  }

  @Test
  void tokenizerSourcesWithoutATokenizer() throws IOException {
    merge.recipe(MergeFixture.RECIPE + "tokenizer_source: nowhere\n");
    assertTrue(merge.refused().contains(": model 'nowhere': no such folder here"));
    Files.createDirectory(root.resolve("empty"));
    merge.recipe(MergeFixture.RECIPE + "tokenizer_source: empty\n");
    assertEquals(
        merge.recipe
            + ": tokenizer source 'empty' has no tokenizer.json, which says what tokens there are;"
            + " name a folder that has one",
        merge.refused());
  }

  @Test
  void malformedTokenizers() throws IOException {
    Path tokenizer = root.resolve("b/tokenizer.json");
    Files.writeString(tokenizer, "{\"model\": ");
    assertTrue(merge.refused().contains("tokenizer.json', line 1, column 11: it is not JSON"));
    for (String text : List.of("[]", "{}", "{\"model\": {\"vocab\": 7}}")) {
      Files.writeString(tokenizer, text);
      assertEquals(
          "'" + tokenizer + "' has no vocabulary (model.vocab); the file is damaged",
          merge.refused());
    }
  }

  private List<String> warnings() {
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.REPLACING)) {
      job.run(ProgressListener.NONE);
      return job.summary().warnings();
    }
  }
}
