package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.io.dataset.DatasetException;
import dev.amalgam.job.api.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitsTest {

  private static final Path MODELS = Path.of("../io/src/test/resources/hf");

  @TempDir Path root;
  private Path out;

  @BeforeEach
  void nameOutput() {
    out = root.resolve("logits.safetensors");
  }

  private Path copy(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODELS.resolve(name).resolve(file), folder.resolve(file));
    }
    WordTokenizer.write(folder.resolve("tokenizer.json"));
    return folder;
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(root)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gpt2", "bert-classifier", "bert-mlm"})
  void ofTensorsAreThoseOfTransformers(String name) throws IOException {
    Path data = MODELS.resolve(name).resolve("expected.safetensors");
    WholeFile expected = WholeFile.read(data);
    Evaluation evaluation = Evaluations.run(MODELS.resolve(name), data, Evaluations.logits(out));
    WholeFile written = WholeFile.read(out);
    assertEquals(List.of("logits.safetensors"), files());
    assertEquals(expected.shapes().get("logits"), written.shapes().get("logits"));
    assertArrayEquals(expected.floats("logits"), written.floats("logits"), 1e-4f);
    assertArrayEquals(expected.longs("input_ids"), written.longs("input_ids"));
    assertEquals(2, written.shapes().size());
    assertEquals(Evaluations.run(MODELS.resolve(name), data), evaluation);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "bert-classifier"})
  void ofTextsArePaddedOnTheRight(String name) throws IOException {
    Path model = copy(name);
    Path config = model.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"pad_token_id\": 0", "\"pad_token_id\": 1"));
    String label = name.startsWith("bert") ? ", \"label\": 0" : "";
    Path data = root.resolve("data.jsonl");
    Files.write(
        data,
        List.of(
            "{\"text\": \"one two three two one\"" + label + "}",
            "{\"text\": \"three\"" + label + "}"));
    Evaluation evaluation = Evaluations.run(model, data, Evaluations.logits(out));
    WholeFile written = WholeFile.read(out);
    assertEquals(Shape.of(2, 7), written.shapes().get("input_ids"));
    assertArrayEquals(
        new long[] {2, 4, 5, 6, 5, 4, 3, 2, 6, 3, 1, 1, 1, 1}, written.longs("input_ids"));
    // What is padded changes neither losses nor what is counted.
    assertEquals(Evaluations.run(model, data), evaluation);
    // The short text by itself has the same logits.
    Files.write(data, List.of("{\"text\": \"three\"" + label + "}"));
    Path alone = root.resolve("alone.safetensors");
    Evaluations.run(model, data, Evaluations.logits(alone));
    float[] due = WholeFile.read(alone).floats("logits");
    float[] both = written.floats("logits");
    int start = both.length / 2;
    assertArrayEquals(due, Arrays.copyOfRange(both, start, start + due.length));
  }

  @Test
  void anExistingFileIsNotReplaced() throws IOException {
    Files.writeString(out, "precious");
    Path data = MODELS.resolve("llama/expected.safetensors");
    assertEquals(
        "'" + out + "' exists already; remove it, or name another file",
        assertThrows(
                CheckpointException.class,
                () -> Evaluations.run(MODELS.resolve("llama"), data, Evaluations.logits(out)))
            .getMessage());
    assertEquals("precious", Files.readString(out));
  }

  @Test
  void aFileThatCameUpMeanwhileIsNotReplaced() throws IOException {
    Path data = MODELS.resolve("llama/expected.safetensors");
    try (EvalJob job =
        EvalJob.prepare(
            MODELS.resolve("llama"), data, Evaluations.logits(out), ProgressListener.NONE)) {
      var intruder =
          new ProgressListener() {
            @Override
            public void started(String phase, long total) {}

            @Override
            public void advanced(long more) {
              write(out);
            }
          };
      assertThrows(CheckpointException.class, () -> job.run(intruder));
    }
    assertEquals("precious", Files.readString(out));
    assertEquals(List.of("logits.safetensors"), files());
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "precious");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFolderThatDoesNotExistIsRefused() {
    Path data = MODELS.resolve("llama/expected.safetensors");
    Path deep = root.resolve("nowhere/logits.safetensors");
    assertEquals(
        "'"
            + deep
            + "' cannot be made, because '"
            + root.resolve("nowhere")
            + "' is no folder; name another file",
        assertThrows(
                CheckpointException.class,
                () -> Evaluations.run(MODELS.resolve("llama"), data, Evaluations.logits(deep)))
            .getMessage());
  }

  @Test
  void aRunThatFailsLeavesNothing() throws IOException {
    Path model = copy("llama");
    Path data = root.resolve("data.jsonl");
    Files.writeString(data, "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
    try (EvalJob job =
        EvalJob.prepare(model, data, Evaluations.logits(out), ProgressListener.NONE)) {
      Files.writeString(data, "{\"text\": \"one two three\"}\n{\"text\": \"two\"}\n");
      assertThrows(DatasetException.class, () -> job.run(ProgressListener.NONE));
    }
    assertFalse(Files.exists(out));
    assertEquals(List.of("data.jsonl", "llama"), files());
  }
}
