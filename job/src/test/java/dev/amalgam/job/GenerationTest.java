package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.KeyValueCache;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.io.dataset.DatasetException;
import dev.amalgam.io.model.ModelFolder;
import dev.amalgam.job.api.Generation;
import dev.amalgam.job.api.GenerationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationTest {

  private static final Path MODELS = Path.of("../io/src/test/resources/hf");

  @TempDir Path root;
  private Path model;

  @BeforeEach
  void copyModel() throws IOException {
    model = copy("llama");
  }

  private Path copy(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODELS.resolve(name).resolve(file), folder.resolve(file));
    }
    WordTokenizer.write(folder.resolve("tokenizer.json"));
    return folder;
  }

  private static Generation run(
      Path model, String prompt, int tokens, double temperature, long seed) {
    return Generations.run(
        model, prompt, new GenerationSettings(tokens, temperature, seed, 2), new StringBuilder());
  }

  @ParameterizedTest
  // The window of mistral is shorter than the text.
  @ValueSource(strings = {"llama", "mistral", "gpt2", "qwen3"})
  void tokenByTokenGivesWhatTheWholeTextGives(String name) {
    int[] prompt = {5, 17, 3, 44, 60, 8};
    try (ModelFolder opened = ModelFolder.open(MODELS.resolve(name), Optional.empty());
        Engine engine = new Engine(2, Kernels.get())) {
      ModelRunner runner = new ModelRunner(opened.model(), engine, tokens -> {});
      KeyValueCache cache = new KeyValueCache(opened.model().layers().size(), 30);
      int[] text = prompt;
      int[] added = prompt;
      while (text.length < 30) {
        float[] logits = runner.next(new Batch(List.of(Example.ofText(added))), cache);
        float[] whole = lastLogits(runner, text);
        assertEquals(-1, Arrays.mismatch(whole, logits), "logits behind token " + text.length);
        int next = mostProbable(logits);
        added = new int[] {next};
        text = Arrays.copyOf(text, text.length + 1);
        text[text.length - 1] = next;
      }
    }
  }

  private static float[] lastLogits(ModelRunner runner, int[] text) {
    List<float[]> rows = new ArrayList<>();
    Head.LogitsReader reader =
        (first, logits) -> {
          for (int row = 0; row < logits.rows(); row++) {
            rows.add(
                Arrays.copyOfRange(logits.data(), logits.at(row), logits.at(row) + logits.width()));
          }
        };
    runner.losses(new Batch(List.of(Example.ofText(text))), reader);
    return rows.getLast();
  }

  private static int mostProbable(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Test
  void theSameSeedGivesTheSameText() {
    Generation first = run(model, "one two", 20, 1, 5);
    assertEquals(first.tokens(), run(model, "one two", 20, 1, 5).tokens());
    assertNotEquals(first.tokens(), run(model, "one two", 20, 1, 6).tokens());
    assertEquals(
        run(model, "one two", 20, 0, 5).tokens(), run(model, "one two", 20, 0, 6).tokens());
  }

  @Test
  void thePromptIsNotEndedByTheTokenThatEndsTexts() {
    // [CLS] one two, without [SEP].
    assertEquals(3, run(model, "one two", 1, 0, 0).promptTokens());
  }

  @Test
  void aTextEndsWhereTheModelWasMadeForNoMore() {
    Generation generation = run(model, "one two", 1000, 0, 0);
    assertEquals(Generation.End.POSITIONS, generation.end());
    // 64 positions; the last token needs none.
    assertEquals(64 - 3 + 1, generation.tokens().size());
    Generation exactly = run(model, "one two", 62, 0, 0);
    assertEquals(Generation.End.LENGTH, exactly.end());
    assertEquals(generation.tokens(), exactly.tokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"%d", "[2, %d]", "[-1, 100000, %d]"})
  void theTokensThatEndTextsAreThoseOfTheConfig(String ends) throws IOException {
    List<Integer> tokens = run(model, "one two", 10, 0, 0).tokens();
    int third = tokens.get(2);
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"eos_token_id\": 2", "\"eos_token_id\": " + ends.formatted(third)));
    Generation generation = run(model, "one two", 10, 0, 0);
    assertEquals(Generation.End.TEXT, generation.end());
    assertEquals(tokens.subList(0, tokens.indexOf(third)), generation.tokens());
  }

  @Test
  void theTokensThatEndTextsAreThoseOfTheGenerationConfigToo() throws IOException {
    List<Integer> tokens = run(model, "one two", 10, 0, 0).tokens();
    Files.writeString(
        model.resolve("generation_config.json"), "{\"eos_token_id\": [" + tokens.get(1) + "]}");
    Generation generation = run(model, "one two", 10, 0, 0);
    assertEquals(Generation.End.TEXT, generation.end());
    assertEquals(tokens.subList(0, tokens.indexOf(tokens.get(1))), generation.tokens());
  }

  private static String refused(Path model, String prompt) {
    return assertThrows(ModelException.class, () -> run(model, prompt, 1, 0, 0)).getMessage();
  }

  @Test
  void aPromptThatIsTooLongIsRefused() {
    assertEquals(64, run(model, "one ".repeat(63), 1, 0, 0).promptTokens());
    assertEquals(
        "the prompt has 65 tokens, but '"
            + model
            + "' was made for at most 64; write a shorter one",
        refused(model, "one ".repeat(64)));
  }

  @Test
  void anEncoderIsRefused() throws IOException {
    Path encoder = copy("bert-classifier");
    assertEquals(
        "'" + encoder + "' is no causal language model, so it continues no text",
        refused(encoder, "one"));
  }

  @Test
  void aModelWithoutATokenizerIsRefused() {
    assertEquals(
        "'"
            + MODELS.resolve("llama")
            + "' has no tokenizer.json, without which there are no tokens of text; copy it there"
            + " from the model that this one was made of",
        assertThrows(DatasetException.class, () -> run(MODELS.resolve("llama"), "one", 1, 0, 0))
            .getMessage());
  }
}
