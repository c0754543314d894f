package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.ExampleResult;
import dev.amalgam.job.api.Generation;
import dev.amalgam.job.api.GenerationSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real models make of real texts, against Hugging Face transformers; make.py beside the
 * expected values made them.
 */
class TransformersAgreeTest {

  private static final Path MODELS = Path.of("../examples/tiny-llama");
  private static final Path RESOURCES = Path.of("src/test/resources/tiny-llama");
  private static final double LOSS_ERROR = 1e-4;

  private static JsonNode expected() {
    return Json.read(RESOURCES.resolve("expected.json"), 1 << 20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "math", "shakespeare"})
  void lossesOfTextsAndCompletions(String model) {
    JsonNode expected = expected().path("models").path(model);
    Evaluation evaluation =
        Evaluations.run(
            MODELS.resolve(model),
            RESOURCES.resolve("examples.jsonl"),
            Evaluations.maxLength(expected().path("max_length").intValue()));
    assertEquals(12, evaluation.perExample().size());
    for (int i = 0; i < 12; i++) {
      JsonNode due = expected.path("per_example").path(i);
      ExampleResult result = evaluation.perExample().get(i);
      assertEquals(due.path("loss").doubleValue(), result.loss(), LOSS_ERROR, "example " + i);
      assertEquals(due.path("tokens").intValue(), result.tokens());
    }
    assertEquals(expected.path("loss").doubleValue(), evaluation.loss(), LOSS_ERROR);
    assertEquals(expected.path("accuracy").doubleValue(), evaluation.accuracy(), 1e-12);
    assertEquals(Math.exp(evaluation.loss()), evaluation.perplexity(), 1e-9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "math", "shakespeare"})
  void greedyContinuations(String model) {
    for (JsonNode due : expected().path("models").path(model).path("greedy")) {
      StringBuilder text = new StringBuilder();
      Generation generation =
          Generations.run(
              MODELS.resolve(model),
              due.path("prompt").textValue(),
              new GenerationSettings(40, 0, 42, 2),
              text);
      List<Integer> ids = new ArrayList<>();
      due.path("ids").forEach(id -> ids.add(id.intValue()));
      // There, the token that ends the text is part of it.
      boolean ended = ids.getLast() == 1;
      assertEquals(ended ? ids.subList(0, ids.size() - 1) : ids, generation.tokens());
      assertEquals(ended ? Generation.End.TEXT : Generation.End.LENGTH, generation.end());
      assertEquals(due.path("text").textValue(), text.toString());
    }
  }
}
