package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.dataset.DatasetException;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.Evaluation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {

  private static final Path MODELS = Path.of("../io/src/test/resources/hf");

  @TempDir Path root;
  private Path llama;
  private Path bert;

  @BeforeEach
  void copyModels() throws IOException {
    llama = copy("llama");
    bert = copy("bert-classifier");
  }

  private Path copy(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODELS.resolve(name).resolve(file), folder.resolve(file));
    }
    WordTokenizer.write(folder.resolve("tokenizer.json"));
    return folder;
  }

  private Path lines(String... lines) throws IOException {
    return Files.write(root.resolve("data.jsonl"), List.of(lines));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama3-tied",
        "mistral",
        "qwen2",
        "qwen3",
        "gpt2",
        "bert-classifier",
        "bert-mlm",
        "roberta-classifier"
      })
  void lossesOfTensorsAreThoseOfTransformers(String name) {
    Path data = MODELS.resolve(name).resolve("expected.safetensors");
    Evaluation evaluation = Evaluations.run(MODELS.resolve(name), data);
    WholeFile expected = WholeFile.read(data);
    assertEquals(expected.floats("loss")[0], evaluation.loss(), 1e-5);
    for (int i = 0; i < evaluation.perExample().size(); i++) {
      assertEquals(expected.floats("example_loss")[i], evaluation.perExample().get(i).loss(), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 40", "3, 40", "2, 1000000"})
  void everyBitIsTheSameWhateverTheBatchesAndTheThreads(int threads, int batchTokens)
      throws IOException {
    Path data =
        lines(
            "{\"text\": \"one two three\"}",
            "{\"text\": \"" + "two one three ".repeat(15) + "\"}",
            "{\"prompt\": \"one\", \"completion\": \"one one two\"}",
            "{\"text\": \"three three\"}");
    Evaluation reference = Evaluations.run(llama, data);
    assertEquals(
        reference, Evaluations.run(llama, data, Evaluations.settings(threads, batchTokens)));
  }

  @Test
  void whatIsCountedOfALanguageModel() throws IOException {
    Evaluation evaluation =
        Evaluations.run(
            llama,
            lines(
                "{\"text\": \"one two three\"}",
                "{\"prompt\": \"one two\", \"completion\": \"three\"}"));
    // [CLS] predicts one and so on, up to [SEP].
    assertEquals(4, evaluation.perExample().getFirst().tokens());
    assertEquals(2, evaluation.perExample().getLast().tokens());
    assertEquals(6, evaluation.tokens());
    double sum =
        4 * evaluation.perExample().getFirst().loss()
            + 2 * evaluation.perExample().getLast().loss();
    assertEquals(sum / 6, evaluation.loss(), 1e-12);
    assertEquals(OptionalInt.empty(), evaluation.perExample().getFirst().prediction());
    assertEquals(List.of(), evaluation.warnings());
  }

  @Test
  void whatIsCountedOfAClassifier() throws IOException {
    Path data =
        lines("{\"text\": \"one two three\", \"label\": 0}", "{\"text\": \"two\", \"label\": 1}");
    Evaluation evaluation = Evaluations.run(bert, data);
    assertEquals(5, evaluation.perExample().getFirst().tokens());
    assertEquals(8, evaluation.tokens());
    assertEquals(
        (evaluation.perExample().getFirst().loss() + evaluation.perExample().getLast().loss()) / 2,
        evaluation.loss(),
        1e-12);
    int first = evaluation.perExample().getFirst().prediction().orElseThrow();
    int last = evaluation.perExample().getLast().prediction().orElseThrow();
    assertEquals(((first == 0 ? 1 : 0) + (last == 1 ? 1 : 0)) / 2.0, evaluation.accuracy());
    Path right =
        lines(
            "{\"text\": \"one two three\", \"label\": " + first + "}",
            "{\"text\": \"two\", \"label\": " + last + "}");
    assertEquals(1, Evaluations.run(bert, right).accuracy());
  }

  @Test
  void aHeadFromElsewhereBringsItsClassesAlong() throws IOException {
    Path data = lines("{\"text\": \"one two three\", \"label\": \"LABEL_2\"}");
    Evaluation own = Evaluations.run(bert, data);
    Path headless = copy("bert-mlm");
    assertThrows(AmalgamException.class, () -> Evaluations.run(headless, data));
    assertEquals(own, Evaluations.run(bert, data, Evaluations.head(bert)));
  }

  @Test
  void theJsonHasEverythingInFull() throws IOException {
    Path data = lines("{\"text\": \"one two\"}", "{\"text\": \"three\"}");
    Evaluation evaluation = Evaluations.run(llama, data);
    JsonNode json = Json.parse(evaluation.json());
    assertEquals(
        List.of("examples", "tokens", "loss", "perplexity", "accuracy", "per_example"),
        names(json));
    assertEquals(2, json.path("examples").intValue());
    assertEquals(5, json.path("tokens").intValue());
    assertEquals(evaluation.loss(), json.path("loss").doubleValue());
    assertEquals(Math.exp(evaluation.loss()), json.path("perplexity").doubleValue(), 1e-9);
    JsonNode last = json.path("per_example").path(1);
    assertEquals(List.of("loss", "tokens", "prediction"), names(last));
    assertEquals(evaluation.perExample().getLast().loss(), last.path("loss").doubleValue());
    assertEquals(2, last.path("tokens").intValue());
    assertTrue(last.path("prediction").isNull());
    JsonNode classes =
        Json.parse(Evaluations.run(bert, lines("{\"text\": \"one\", \"label\": 1}")).json());
    assertTrue(classes.path("perplexity").isNull());
    assertTrue(classes.path("per_example").path(0).path("prediction").isInt());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void whereNothingIsPredictedThereIsNoLoss() throws IOException {
    byte[] header =
        """
        {"input_ids":{"dtype":"I64","shape":[1,2],"data_offsets":[0,16]},\
        "labels":{"dtype":"I64","shape":[1,2],"data_offsets":[16,32]}}\
        """
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + 32)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    for (long id : new long[] {3, 4, -100, -100}) {
      file.putLong(id);
    }
    Path data = Files.write(root.resolve("data.safetensors"), file.array());
    Evaluation evaluation = Evaluations.run(llama, data);
    assertEquals(List.of("nothing is predicted, so there is no loss"), evaluation.warnings());
    assertTrue(evaluation.json().contains("\"loss\": null,\n  \"perplexity\": null"));
    assertTrue(evaluation.json().contains("\"loss\": null,\n      \"tokens\": 0"));
  }

  @Test
  void brokenWeightsGiveNoNumbersAndAWarning() throws IOException {
    breakWeights(bert, "classifier.bias");
    Evaluation evaluation =
        Evaluations.run(
            bert, lines("{\"text\": \"one\", \"label\": 0}", "{\"text\": \"two\", \"label\": 1}"));
    assertEquals(
        List.of(
            "the loss of 2 of 2 examples is no finite number, which says that the weights are"
                + " broken"),
        evaluation.warnings());
    assertEquals(0, evaluation.accuracy());
    assertEquals(OptionalInt.empty(), evaluation.perExample().getFirst().prediction());
    assertTrue(evaluation.json().contains("\"loss\": null"));
  }

  private static void breakWeights(Path model, String tensor) throws IOException {
    WholeFile.overwrite(model.resolve("model.safetensors"), tensor, Float.NaN);
  }

  @Test
  void textsAreCutWithAWarning() throws IOException {
    Path data = lines("{\"text\": \"one two three one\"}", "{\"text\": \"one\"}");
    Evaluation evaluation = Evaluations.run(llama, data, Evaluations.maxLength(4));
    assertEquals(
        List.of("1 of 2 examples were too long and were cut at their end"), evaluation.warnings());
    assertEquals(3, evaluation.perExample().getFirst().tokens());
  }

  @Test
  void textsAreCutToWhatTheTokenizerWasMadeFor() throws IOException {
    Path data = lines("{\"text\": \"" + "one ".repeat(100) + "\"}");
    assertEquals(63, Evaluations.run(llama, data).tokens());
    Path config = llama.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"model_max_length\": 1000000000000000019884624838656}");
    assertEquals(63, Evaluations.run(llama, data).tokens());
    Files.writeString(config, "{\"model_max_length\": 10}");
    assertEquals(9, Evaluations.run(llama, data).tokens());
    assertEquals(19, Evaluations.run(llama, data, Evaluations.maxLength(20)).tokens());
  }

  @Test
  void moreTokensThanTheModelWasMadeForAreRefused() throws IOException {
    Path data = lines("{\"text\": \"one\"}");
    assertEquals(
        "'"
            + llama
            + "' was made for at most 64 tokens, so examples cannot have 65; choose a smaller"
            + " --max-length",
        assertThrows(
                ModelException.class, () -> Evaluations.run(llama, data, Evaluations.maxLength(65)))
            .getMessage());
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNoticed() throws IOException {
    Path data = lines("{\"text\": \"one\"}", "{\"text\": \"two\"}");
    try (EvalJob job =
        EvalJob.prepare(llama, data, Evaluations.settings(1, 100), ProgressListener.NONE)) {
      lines("{\"text\": \"one\"}");
      String message =
          assertThrows(DatasetException.class, () -> job.run(ProgressListener.NONE)).getMessage();
      assertEquals("'" + data + "' was changed while it was read; start again", message);
      lines("{\"text\": \"one\"}", "{\"text\": \"one\"}", "{\"text\": \"one\"}");
      assertThrows(DatasetException.class, () -> job.run(ProgressListener.NONE));
    }
  }

  @Test
  void progressCountsTokensUpToAll() throws IOException {
    Path data = lines("{\"text\": \"one two\"}", "{\"text\": \"three\"}");
    List<String> phases = new ArrayList<>();
    long[] done = {0};
    var progress =
        new ProgressListener() {
          @Override
          public void started(String phase, long bytes) {
            phases.add(phase + " " + bytes);
          }

          @Override
          public void started(String phase, long total, Unit unit) {
            phases.add(phase + " " + total + " " + unit);
          }

          @Override
          public void advanced(long more) {
            done[0] += more;
          }
        };
    try (EvalJob job = EvalJob.prepare(llama, data, Evaluations.settings(1, 3), progress)) {
      job.run(progress);
    }
    assertEquals(List.of("reading 0", "evaluating 7 TOKENS"), phases);
    assertEquals(7, done[0]);
  }
}
