package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.EvaluationResult;
import dev.amalgam.job.api.ImportanceSummary;
import dev.amalgam.job.api.PairResult;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.api.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders without a head, evaluated on pairs of texts. */
class SimilarityTest {

  private static final Path MODELS = Path.of("../io/src/test/resources");
  private static final Path PAIRS = MODELS.resolve("embedders/pairs.jsonl");

  @TempDir Path root;

  private Path model(String name) throws IOException {
    Path from = MODELS.resolve(name);
    Path to = root.resolve(from.getFileName());
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    WordTokenizer.write(to.resolve("tokenizer.json"));
    return to;
  }

  private Path lines(String... lines) throws IOException {
    return Files.write(root.resolve("pairs.jsonl"), List.of(lines));
  }

  private static Similarity run(Path model, Path data, EvalSettings settings) {
    try (SimilarityJob job = SimilarityJob.prepare(model, data, settings, ProgressListener.NONE)) {
      return job.run(ProgressListener.NONE);
    }
  }

  private static EvaluationResult suited(Path model, Path data, EvalSettings settings) {
    try (EvaluationJob job = EvaluationJob.prepare(model, data, settings, ProgressListener.NONE)) {
      return job.run(ProgressListener.NONE);
    }
  }

  private static Similarity run(Path model, Path data) {
    return run(model, data, Evaluations.settings(1, EvalSettings.BATCH_TOKENS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-cls-normalized", "bert-switches", "roberta-mean", "xlm-roberta-many"})
  void cosinesAndCorrelationsAreThoseOfSentenceTransformers(String name) throws IOException {
    Path model = model("embedders/" + name);
    JsonNode expected = Json.read(model.resolve("expected.json"), 1 << 20);
    Similarity similarity = run(model, PAIRS);
    for (int i = 0; i < similarity.perExample().size(); i++) {
      assertEquals(
          expected.get("cosines").get(i).doubleValue(),
          similarity.perExample().get(i).cosine(),
          1e-6);
    }
    assertEquals(expected.get("spearman").doubleValue(), similarity.spearman(), 1e-9);
    assertEquals(expected.get("pearson").doubleValue(), similarity.pearson(), 1e-4);
    assertEquals(name.equals("bert-cls-normalized") ? 2 : 0, similarity.cut());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 13", "3, 40", "2, 1000000"})
  void everyBitIsTheSameWhateverTheBatchesAndTheThreads(int threads, int batchTokens)
      throws IOException {
    Path model = model("embedders/xlm-roberta-many");
    assertEquals(run(model, PAIRS), run(model, PAIRS, Evaluations.settings(threads, batchTokens)));
  }

  @Test
  void theJsonHasEverythingInFull() throws IOException {
    Similarity similarity = run(model("embedders/roberta-mean"), PAIRS);
    JsonNode json = Json.parse(similarity.json());
    assertEquals(
        List.of("examples", "tokens", "spearman", "pearson", "per_example"),
        json.properties().stream().map(field -> field.getKey()).toList());
    assertEquals(6, json.get("examples").intValue());
    assertEquals(58, json.get("tokens").intValue());
    assertEquals(similarity.spearman(), json.get("spearman").doubleValue());
    assertEquals(4.5, json.get("per_example").get(0).get("score").doubleValue());
    assertEquals(List.of(), similarity.warnings());
  }

  @Test
  void textsThatAreCutAreTold() throws IOException {
    Similarity similarity = run(model("embedders/roberta-mean"), PAIRS, Evaluations.maxLength(4));
    assertEquals(
        "6 of 12 texts were too long and were cut at their end", similarity.warnings().getFirst());
  }

  @Test
  void whatIsUndefinedIsTold() throws IOException {
    Path model = model("embedders/roberta-mean");
    Similarity equal =
        run(
            model,
            lines(
                "{\"text\": \"one\", \"other\": \"two\", \"score\": 1}",
                "{\"text\": \"one\", \"other\": \"two\", \"score\": 2}"));
    assertTrue(Double.isNaN(equal.spearman()));
    assertEquals(
        List.of("all cosines are equal, so their correlation with the scores is undefined"),
        equal.warnings());
    assertTrue(Json.parse(equal.json()).get("spearman").isNull());
    Similarity large =
        run(
            model,
            lines(
                "{\"text\": \"one\", \"other\": \"two\", \"score\": 1e308}",
                "{\"text\": \"one two\", \"other\": \"two\", \"score\": 2}"));
    assertEquals(
        List.of("Pearson's correlation is no finite number: the scores are too large or too small"),
        large.warnings());
    Similarity broken =
        new Similarity(
            2,
            Double.NaN,
            Double.NaN,
            0,
            List.of(new PairResult(Double.NaN, 1), new PairResult(1, 2)));
    assertEquals(
        List.of(
            "the cosine of 1 of 2 pairs is no finite number, which says that the weights are"
                + " broken"),
        broken.warnings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"one\", \"other\": \"two\"} | it has no score; an encoder without a task head"
            + " needs",
        "{\"text\": \"one\", \"score\": 1} | it has no other;",
        "{\"other\": \"one\", \"score\": 1} | it has no text;",
        "{\"text\": \"one\", \"other\": \"two\", \"score\": null} | it has no score;",
        "{\"text\": \"one\", \"other\": \"two\", \"score\": NaN} | score must be a finite number,"
            + " not 'NaN'",
        "{\"text\": \"one\", \"other\": \"two\", \"score\": 1e999} | score must be a finite number,"
            + " not",
        "{\"text\": \"one\", \"other\": \"two\", \"score\": \"4\"} | score must be a finite number,"
            + " not",
        "{\"text\": \"\", \"other\": \"two\", \"score\": 1} | text is empty",
        "{\"text\": \"one\", \"other\": \"\", \"score\": 1} | other is empty",
        "{\"text\": 1, \"other\": \"two\", \"score\": 1} | text must be a string",
      })
  void linesThatAreNoPairsAreRefused(String line, String problem) throws IOException {
    Path model = model("embedders/roberta-mean");
    Path data = lines("{\"text\": \"one\", \"other\": \"two\", \"score\": 1}", line);
    String message = assertThrows(AmalgamException.class, () -> run(model, data)).getMessage();
    assertTrue(message.contains("pairs.jsonl', line 2: " + problem), message);
    assertFalse(message.contains("\n"));
  }

  @Test
  void filesThatTellNothingAreRefused() throws IOException {
    Path model = model("embedders/roberta-mean");
    Path equal = lines("{\"text\": \"one\", \"other\": \"two\", \"score\": 1.5}");
    assertTrue(
        assertThrows(AmalgamException.class, () -> run(model, equal))
            .getMessage()
            .contains("all scores are 1.5, so their correlation with anything is undefined"));
    Path none = lines("");
    assertTrue(
        assertThrows(AmalgamException.class, () -> run(model, none))
            .getMessage()
            .endsWith("holds no pairs of texts"));
    Path tensors = MODELS.resolve("embedders/roberta-mean/expected.safetensors");
    assertTrue(
        assertThrows(AmalgamException.class, () -> run(model, tensors))
            .getMessage()
            .endsWith("is no file of pairs of texts: its name must end in .jsonl"));
  }

  @Test
  void aModelIsEvaluatedByWhatItDoes() throws IOException {
    Path encoder = model("embedders/bert-switches");
    Path classifier = model("hf/bert-classifier");
    Path examples =
        Files.writeString(
            root.resolve("examples.jsonl"), "{\"text\": \"one two\", \"label\": \"LABEL_1\"}\n");
    EvalSettings settings = Evaluations.settings(1, EvalSettings.BATCH_TOKENS);
    assertInstanceOf(Similarity.class, suited(encoder, PAIRS, settings));
    assertInstanceOf(Evaluation.class, suited(classifier, examples, settings));
    assertTrue(
        assertThrows(AmalgamException.class, () -> run(classifier, PAIRS))
            .getMessage()
            .endsWith("has a task head, so it is evaluated by what it predicts"));
    assertTrue(
        assertThrows(AmalgamException.class, () -> Evaluations.run(encoder, PAIRS))
            .getMessage()
            .contains("is an encoder without a task head, which predicts nothing"));
    assertTrue(
        assertThrows(
                AmalgamException.class,
                () -> run(encoder, PAIRS, Evaluations.logits(root.resolve("l.safetensors"))))
            .getMessage()
            .endsWith("so there are no logits to write; leave --logits out"));
    assertTrue(
        assertThrows(
                AmalgamException.class,
                () -> suited(classifier, examples, settings.withHead(encoder)))
            .getMessage()
            .endsWith("take the head of a fine-tuned model with --head"));
  }

  @Test
  void importanceOfWhatPredictsNothingIsByItsStates() throws IOException {
    Path base = model("embedders/bert-switches");
    Path expert = root.resolve("expert");
    Files.createDirectories(expert);
    for (String file : List.of("config.json", "tokenizer.json")) {
      Files.copy(base.resolve(file), expert.resolve(file));
    }
    Files.write(
        expert.resolve("model.safetensors"),
        FloatTensors.moved(Files.readAllBytes(base.resolve("model.safetensors")), 1));
    Path scores = root.resolve("scores.safetensors");
    try (ImportanceJob job =
        ImportanceJob.prepare(expert, base, PAIRS, ScoringSettings.defaults())) {
      ImportanceSummary summary = job.run(scores, ProgressListener.NONE);
      assertEquals(0, summary.metadata().expertLoss());
      assertTrue(summary.metadata().baseLoss() > 0);
    }
    assertTrue(Files.exists(scores));
  }
}
