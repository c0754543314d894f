package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders without a head are merged by texts alone, so that their states stay the experts'. */
class EmbedderRepairTest {

  private static final Path MODEL = Path.of("../io/src/test/resources/embedders/roberta-mean");

  @TempDir Path root;

  @BeforeEach
  void makeModels() throws IOException {
    byte[] base = Files.readAllBytes(MODEL.resolve("model.safetensors"));
    write("base", base);
    write("x", FloatTensors.moved(base, 1));
    write("y", FloatTensors.moved(base, 2));
    StringBuilder texts = new StringBuilder();
    for (String text :
        List.of(
            "one two three",
            "two one",
            "three three one",
            "one",
            "two three two one",
            "three",
            "two two",
            "one three")) {
      texts.append("{\"text\": \"").append(text).append("\"}\n");
    }
    Files.writeString(root.resolve("texts.jsonl"), texts.toString());
  }

  private void write(String name, byte[] tensors) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
    Files.write(folder.resolve("model.safetensors"), tensors);
    WordTokenizer.write(folder.resolve("tokenizer.json"));
  }

  private List<String> merge(String out, int threads, String parameters) throws IOException {
    return merge(out, threads, parameters, ProgressListener.NONE);
  }

  private List<String> merge(String out, int threads, String parameters, ProgressListener progress)
      throws IOException {
    Path recipe =
        Files.writeString(
            root.resolve("recipe.yml"),
            """
            merge_method: apl
            base_model: base
            models:
              - {model: x, parameters: {examples: texts.jsonl}}
              - {model: y, parameters: {examples: texts.jsonl}}
            parameters: {steps: 20, texts: 3, %s}
            """
                .formatted(parameters));
    var settings = new MergeSettings(1, threads, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, root.resolve(out), settings)) {
      job.run(progress);
      return job.choices();
    }
  }

  @Test
  void statesAreTaught() throws IOException {
    List<String> choices = merge("one", 1, "density: 1");
    assertEquals(choices, merge("two", 2, "density: 1"));
    assertArrayEquals(
        Files.readAllBytes(root.resolve("one/model.safetensors")),
        Files.readAllBytes(root.resolve("two/model.safetensors")));
    String kept =
        choices.stream().filter(line -> line.startsWith("keeps")).findFirst().orElseThrow();
    double[] shares =
        Arrays.stream(kept.replaceAll("[^0-9.;]", "").split(";"))
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertTrue(shares[0] > shares[1], kept);
  }

  /** Sees how much of each phase of tokens is done. */
  private static final class Shares implements ProgressListener {
    private final List<String> phases = new ArrayList<>();
    private final List<String> exceeded = new ArrayList<>();
    private long left = Long.MAX_VALUE;

    @Override
    public synchronized void started(String phase, long bytes) {
      left = Long.MAX_VALUE;
    }

    @Override
    public synchronized void started(String phase, long total, Unit unit) {
      left = unit == Unit.TOKENS ? total : Long.MAX_VALUE;
      phases.add(phase);
    }

    @Override
    public synchronized void advanced(long count) {
      left -= count;
      // Which texts a step looks at is drawn, so what it says beforehand is a mean.
      if (left < 0 && !phases.getLast().startsWith("repairing")) {
        exceeded.add(phases.getLast());
      }
    }
  }

  @Test
  void noPhaseDoesMoreThanItSaid() throws IOException {
    Shares shares = new Shares();
    merge("out", 1, "density: 0.3", shares);
    assertEquals(List.of(), shares.exceeded);
    assertEquals(1, shares.phases.stream().filter("teaching"::equals).count());
    assertTrue(shares.phases.stream().anyMatch(phase -> phase.startsWith("repairing what")));
  }

  @Test
  void filesOfSentenceTransformersSayHowTextsAreRead() throws IOException {
    merge("small", 2, "density: 1");
    Path texts = root.resolve("texts.jsonl");
    Files.writeString(
        texts,
        Files.readString(texts).replace("one", "ONE").replace("two", "Two").replace("th", "TH"));
    merge("cased", 2, "density: 1");
    byte[] small = Files.readAllBytes(root.resolve("small/model.safetensors"));
    assertFalse(Arrays.equals(small, Files.readAllBytes(root.resolve("cased/model.safetensors"))));
    for (String model : List.of("base", "x", "y")) {
      Files.writeString(
          root.resolve(model).resolve("sentence_bert_config.json"), "{\"do_lower_case\": true}");
    }
    // What the other reading left beside the output must not be found.
    Files.move(root.resolve("cased.evidence"), root.resolve("lower.evidence"));
    merge("lower", 2, "density: 1");
    assertArrayEquals(small, Files.readAllBytes(root.resolve("lower/model.safetensors")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"repair: false", "start: located, level: row, select: magnitude"})
  void whatHoldsTheStatesIsLocated(String parameters) throws IOException {
    List<String> choices = merge("one", 1, parameters);
    assertEquals(choices, merge("two", 2, parameters));
    assertArrayEquals(
        Files.readAllBytes(root.resolve("one/model.safetensors")),
        Files.readAllBytes(root.resolve("two/model.safetensors")));
  }
}
