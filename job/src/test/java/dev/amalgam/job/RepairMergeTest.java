package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.RepairHistory;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.ModelWork;
import dev.amalgam.job.output.RepairJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merges that ask again at the merged model. */
class RepairMergeTest {

  private static final Path FAMILY = Path.of("../examples/tiny-llama").toAbsolutePath().normalize();

  @TempDir Path root;

  private Path recipe(String parameters, String... experts) throws IOException {
    StringBuilder models = new StringBuilder();
    for (String expert : experts) {
      models.append(
          "  - {model: %1$s/%2$s, parameters: {examples: %1$s/data/%2$s.fewshot.jsonl}}\n"
              .formatted(FAMILY, expert));
    }
    return Files.writeString(
        root.resolve("recipe.yml"),
        """
        merge_method: apl
        base_model: %s/base
        models:
        %sparameters: {max_length: 24, %s}
        """
            .formatted(
                FAMILY,
                models,
                parameters.contains("steps")
                    ? parameters
                    : "examples_limit: 4, texts: 2, steps: 5, patience: 5, " + parameters));
  }

  private static List<String> merge(Path recipe, Path out, int threads, ProgressListener progress) {
    var settings = new MergeSettings(42, threads, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, out, settings)) {
      job.run(progress);
      return job.choices();
    }
  }

  private static byte[] tensors(Path out) throws IOException {
    return Files.readAllBytes(out.resolve("model.safetensors"));
  }

  private static String record(Path out) throws IOException {
    return Files.readString(out.resolve("amalgam.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "density: 1",
        "density: 0.1, start: sum, coefficients: rows, teacher: 1.2",
        "density: 0.3, start: located, select: trim, rescale: none, tau2: 0.5, lambda: 0.9",
        "density: 1, coefficients: tensors, retain: 0.5"
      })
  void theBytesAreTheSameAgainOnAnyThreads(String parameters) throws IOException {
    Path recipe = recipe(parameters, "math", "java");
    List<String> choices = merge(recipe, root.resolve("one"), 1, ProgressListener.NONE);
    List<String> again = merge(recipe, root.resolve("three"), 3, ProgressListener.NONE);
    assertEquals(choices, again);
    assertArrayEquals(tensors(root.resolve("one")), tensors(root.resolve("three")));
    assertEquals(record(root.resolve("one")), record(root.resolve("three")));
  }

  /** A listener that stops the run where a phase begins. */
  private record Stopping(String phase) implements ProgressListener {
    @Override
    public void started(String begun, long bytes) {
      if (begun.startsWith(phase)) {
        throw new IllegalStateException("stopped");
      }
    }

    @Override
    public void advanced(long bytes) {}
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"repairing 3-3 of 5", "repairing what is kept 2-2 of 3", "choosing lambda"})
  void aRunThatWasStoppedGoesOnWhereItWas(String phase) throws IOException {
    Path recipe = recipe("density: 0.2", "math", "java");
    Path whole = root.resolve("whole");
    merge(recipe, whole, 2, ProgressListener.NONE);
    Path out = root.resolve("stopped");
    var stop = new Stopping(phase);
    assertThrows(IllegalStateException.class, () -> merge(recipe, out, 2, stop));
    assertFalse(Files.exists(out));
    List<String> phases = new ArrayList<>();
    merge(
        recipe,
        out,
        2,
        new ProgressListener() {
          @Override
          public void started(String begun, long bytes) {
            phases.add(begun);
          }

          @Override
          public void advanced(long bytes) {}
        });
    assertArrayEquals(tensors(whole), tensors(out));
    assertEquals(record(whole), record(out));
    assertFalse(phases.stream().anyMatch(p -> p.startsWith("repairing 1-1")), phases.toString());
  }

  @ParameterizedTest
  @CsvSource({"0.05, 2", "0.3, 2", "0.2, 1"})
  void noMoreEntriesDifferFromTheBaseThanTheDensitySays(double density, int experts)
      throws IOException {
    String parameters = "density: " + density + "}\ndtype: float32\n#{";
    Path recipe = experts == 1 ? recipe(parameters, "math") : recipe(parameters, "math", "java");
    merge(recipe, root.resolve("out"), 2, ProgressListener.NONE);
    long differing = 0;
    long all = 0;
    try (CheckpointFolder base = CheckpointFolder.open(FAMILY.resolve("base"));
        CheckpointFolder out = CheckpointFolder.open(root.resolve("out"));
        ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      for (TensorInfo tensor : out.tensors()) {
        int count = (int) tensor.shape().elements();
        float[] before = new float[count];
        float[] after = new float[count];
        new CheckpointWeights(base)
            .find(tensor.name())
            .orElseThrow()
            .read(0, count, before, 0, buffer);
        new CheckpointWeights(out)
            .find(tensor.name())
            .orElseThrow()
            .read(0, count, after, 0, buffer);
        for (int i = 0; i < count; i++) {
          differing += before[i] == after[i] ? 0 : 1;
        }
        all += count;
      }
    }
    long budget = Math.round(density * experts * all);
    assertTrue(differing <= budget + 1, differing + " of " + budget);
    assertTrue(differing > 0.95 * budget, differing + " of " + budget);
  }

  @Test
  void theFolderTellsHowItWasRepaired() throws IOException {
    Path out = root.resolve("out");
    List<String> choices =
        merge(recipe("density: 0.2", "math", "java"), out, 2, ProgressListener.NONE);
    JsonNode json = Json.parse(record(out)).get("repair");
    RepairHistory history = RepairJson.read(json);
    // What was read back is what was written.
    assertEquals(json, Json.parse(RepairJson.of(history).toString()));
    assertEquals(
        List.of("math", "java"), history.tasks().stream().map(RepairHistory.Task::expert).toList());
    assertEquals(
        List.of(false, true),
        history.learnings().stream().map(RepairHistory.Learning::masked).toList());
    assertEquals(
        List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0),
        history.learnings().getFirst().judgements().stream()
            .map(RepairHistory.Judgement::at)
            .toList());
    RepairHistory.Task math = history.tasks().getFirst();
    assertEquals(
        history.learnings().getFirst().judgements().getFirst().losses().getFirst(), math.begun());
    double kept = (math.base() - math.repaired()) / (math.base() - math.own());
    String line =
        choices.stream().filter(choice -> choice.contains("'math'")).findFirst().orElseThrow();
    assertTrue(
        history.fallsBack() || line.startsWith("keeps %.3f of".formatted(kept)),
        line + ", but " + kept);
    assertTrue(
        history.lambdas().stream()
            .anyMatch(tried -> (float) tried.at() == history.lambda() || history.fallsBack()));
  }

  @Test
  void itKeepsMoreThanTaskArithmetic() throws IOException {
    List<String> choices =
        merge(
            recipe("density: 1, steps: 10, examples_limit: 8, texts: 4", "math", "java"),
            root.resolve("out"),
            2,
            ProgressListener.NONE);
    String kept =
        choices.stream().filter(line -> line.startsWith("keeps")).findFirst().orElseThrow();
    List<Double> shares =
        List.of(kept.replaceAll("[^0-9.;]", "").split(";")).stream().map(Double::valueOf).toList();
    assertTrue(shares.get(0) > shares.get(1) + 0.1, kept);
    RepairHistory history = RepairJson.read(Json.parse(record(root.resolve("out"))).get("repair"));
    var lines = history.coefficients().get("model.layers.0.mlp.down_proj.weight").getFirst();
    assertEquals(128, lines.rows().count());
    assertTrue(lines.rows().deviation() > 0, lines.toString());
    assertTrue(lines.columns().deviation() > 0, lines.toString());
  }

  /** Counts the tokens that pass. */
  private static final class Tokens implements ProgressListener {
    private boolean counts;
    private long passed;

    @Override
    public synchronized void started(String phase, long bytes) {
      counts = false;
    }

    @Override
    public synchronized void started(String phase, long total, Unit unit) {
      counts = unit == Unit.TOKENS;
    }

    @Override
    public synchronized void advanced(long bytes) {
      passed += counts ? bytes : 0;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "density: 0.2",
        "density: 0.3, start: located, select: trim, rescale: none, tau2: 0.5, lambda: 0.9"
      })
  void whatWillRunIsKnownBefore(String parameters) throws IOException {
    Path recipe = recipe(parameters, "math", "java");
    Tokens tokens = new Tokens();
    var settings = new MergeSettings(42, 2, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, root.resolve("out"), settings)) {
      ModelWork work = job.modelWork().orElseThrow();
      job.run(tokens);
      double due =
          work.forward() + 2.0 * work.backward() + work.judgements() * work.judgingTokens();
      assertEquals(1, due / tokens.passed, 0.15, due + " for " + tokens.passed);
      assertTrue(work.operations() > 2e5 * due && work.operations() < 4e6 * due);
      assertTrue(work.readBytes() > 0 && job.measuredRate() > 0);
    }
  }

  @Test
  void whoeverWeighsNothingDoesNotTeach() throws IOException {
    String two = Files.readString(recipe("density: 1", "math", "java"));
    String weighed =
        two.replaceFirst("parameters: \\{examples", "parameters: {weight: 0, examples");
    Path recipe = Files.writeString(root.resolve("recipe.yml"), weighed);
    merge(recipe, root.resolve("java"), 2, ProgressListener.NONE);
    merge(recipe("density: 1", "math", "java"), root.resolve("both"), 2, ProgressListener.NONE);
    assertFalse(Arrays.equals(tensors(root.resolve("java")), tensors(root.resolve("both"))));
    String none = two.replace("parameters: {examples:", "parameters: {weight: 0, examples:");
    assertTrue(refused(none).contains("zero"), none);
  }

  private String refused(String text) throws IOException {
    Path recipe = Files.writeString(root.resolve("recipe.yml"), text);
    String message =
        assertThrows(
                AmalgamException.class,
                () -> merge(recipe, root.resolve("out"), 1, ProgressListener.NONE))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void whatItCannotDoWithoutIsSaid() throws IOException {
    String text = Files.readString(recipe("density: 1", "math"));
    String without = text.replaceAll("examples: [^}]*", "");
    assertTrue(refused(without).contains("add 'examples: FILE'"));
    Path one = root.resolve("one.jsonl");
    Files.writeString(one, "{\"text\": \"One and one are two.\"}\n");
    String single = text.replaceAll("examples: [^}]*", "examples: " + one);
    assertTrue(refused(single).contains("holds too few examples: the merged model is repaired"));
  }
}
