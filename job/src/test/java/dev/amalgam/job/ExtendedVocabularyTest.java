package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.tokenizer.Tokenizer;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example models, one of them with tokens of its own, merged and run. */
class ExtendedVocabularyTest {

  private static final Path FAMILY = Path.of("../examples/tiny-llama").toAbsolutePath().normalize();

  @TempDir Path root;

  private Path merge(String name, String recipe) throws IOException {
    Path file = Files.writeString(root.resolve(name + ".yml"), recipe.formatted(FAMILY, FAMILY));
    Path out = root.resolve(name);
    var settings = new MergeSettings(42, 2, "safetensors", Long.MAX_VALUE, false, false, false);
    try (MergeJob job = MergeJob.prepare(file, out, settings)) {
      job.run(ProgressListener.NONE);
    }
    return out;
  }

  @Test
  void aModelWithMoreTokensRunsAndAsItsSourcesDoWhereItHasNone() throws IOException {
    Path data = Files.writeString(root.resolve("d.jsonl"), "{\"text\": \"2 + 3 <|is|> 5\"}\n");
    Path plain = Files.writeString(root.resolve("p.jsonl"), "{\"text\": \"2 + 3 is 5\"}\n");
    Path math =
        merge(
            "more",
            """
            merge_method: passthrough
            models: [{model: %s/math}]
            tokenizer:
              source: base
              tokens: {<|is|>: {source: {kind: model_token, model: %s/math, token: "=" }}}
              pad_to_multiple_of: 100
            """);
    Path both =
        merge(
            "both",
            """
            merge_method: linear
            base_model: %s/base
            models: [{model: more, parameters: {weight: 1}}, {model: %s/base, parameters: {weight: 0}}]
            tokenizer_source: union
            """);
    Tokenizer tokenizer = Tokenizer.read(both.resolve("tokenizer.json"));
    assertEquals(1024, tokenizer.id("<|is|>").orElseThrow());
    int[] ids = tokenizer.encode("2 + 3 <|is|> 5", true).ids();
    assertTrue(java.util.Arrays.stream(ids).anyMatch(id -> id == 1024));
    assertArrayEquals(
        Tokenizer.read(FAMILY.resolve("base/tokenizer.json")).encode("3 is 5", true).ids(),
        tokenizer.encode("3 is 5", true).ids());
    // With all the weight on one model, the union computes what that model does; but the rows of
    // no token, which are zero there and not here, take part in every prediction.
    assertEquals(List.of(1100L, 1025L), List.of(rows(math), rows(both)));
    double expected = Evaluations.run(math, data).loss();
    assertEquals(expected, Evaluations.run(both, data).loss(), 0.2);
    assertEquals(
        Evaluations.run(FAMILY.resolve("math"), plain).loss(),
        Evaluations.run(both, plain).loss(),
        0.01);
  }

  private static long rows(Path model) {
    try (ModelFile file = ModelFile.open(model.resolve("model.safetensors"))) {
      return file.info().stream()
          .filter(tensor -> tensor.name().endsWith("embed_tokens.weight"))
          .findFirst()
          .orElseThrow()
          .shape()
          .dimension(0);
    }
  }
}
