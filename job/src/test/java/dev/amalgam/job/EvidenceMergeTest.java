package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole merges by methods that gather statistics of models on examples. */
class EvidenceMergeTest {

  private static final Path FAMILY = Path.of("../examples/tiny-llama").toAbsolutePath().normalize();
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String DOWN = "model.layers.1.mlp.down_proj.weight";
  private static final MergeSettings SETTINGS =
      MergeSettings.defaults().withThreads(2).withoutHashes();

  @TempDir Path root;

  private static String recipe(String method, String extra) {
    StringBuilder text = new StringBuilder("merge_method: " + method + "\n");
    text.append("base_model: ").append(FAMILY.resolve("base")).append("\nmodels:\n");
    for (String task : List.of("math", "java")) {
      text.append("  - model: ").append(FAMILY.resolve(task));
      text.append("\n    parameters: {examples: ");
      text.append(FAMILY.resolve("data").resolve(task + ".fewshot.jsonl")).append("}\n");
    }
    return text + "parameters: {examples_limit: 4, max_length: 32" + extra + "}\n";
  }

  /** Remembers the phases of a run. */
  private static final class Phases implements ProgressListener {
    private final List<String> seen = new ArrayList<>();

    @Override
    public synchronized void started(String phase, long bytes) {
      seen.add(phase);
    }

    @Override
    public void advanced(long bytes) {}
  }

  private List<String> merge(String recipe, String out, int threads) throws IOException {
    Path file = Files.writeString(root.resolve("recipe.yml"), recipe);
    Phases phases = new Phases();
    try (MergeJob job =
        MergeJob.prepare(file, root.resolve(out), SETTINGS.withThreads(threads).replacing())) {
      job.run(phases);
    }
    return phases.seen;
  }

  private byte[] weights(String out) throws IOException {
    return Files.readAllBytes(root.resolve(out).resolve("model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({"fisher, ''", "regmean, ''", "regmean, ', weights: gain'"})
  void whatWasGatheredIsFoundAgainAndGivesTheSameBytes(String method, String extra)
      throws IOException {
    List<String> first = merge(recipe(method, extra), "out", 1);
    assertEquals(2, first.stream().filter("gathering"::equals).count());
    byte[] once = weights("out");
    List<String> second = merge(recipe(method, extra), "out", 3);
    assertFalse(second.contains("gathering"));
    assertArrayEquals(once, weights("out"));
    assertFalse(Arrays.equals(once, Files.readAllBytes(FAMILY.resolve("base/model.safetensors"))));
  }

  @Test
  void otherExamplesAreOtherEvidence() throws IOException {
    merge(recipe("fisher", ""), "out", 2);
    byte[] four = weights("out");
    List<String> phases =
        merge(recipe("fisher", "").replace("examples_limit: 4", "examples_limit: 3"), "out", 2);
    assertTrue(phases.contains("gathering"));
    assertFalse(Arrays.equals(four, weights("out")));
  }

  @Test
  void examplesThatChangeFailTheMerge() throws IOException {
    Path examples = root.resolve("math.jsonl");
    Path given = FAMILY.resolve("data/math.fewshot.jsonl");
    Files.copy(given, examples);
    String recipe = recipe("fisher", "").replace(given.toString(), examples.toString());
    Path file = Files.writeString(root.resolve("recipe.yml"), recipe);
    try (MergeJob job = MergeJob.prepare(file, root.resolve("out"), SETTINGS)) {
      Files.writeString(examples, "{\"text\": \"one more\"}\n", StandardOpenOption.APPEND);
      String message =
          assertThrows(AmalgamException.class, () -> job.run(new Phases())).getMessage();
      assertTrue(message.startsWith(examples + ": was changed while it was read ("), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fisher", "regmean"})
  void aBaseWithAHeadOfItsOwnIsOtherEvidence(String method) throws IOException {
    merge(recipe(method, ""), "out", 2);
    SmallModel apart = copy("base", "apart");
    apart.config(config("base").replace("embeddings\": true", "embeddings\": false"));
    float[] head = floats("base", EMBEDDING);
    head[0]++;
    apart.tensor("lm_head.weight", 128, head).write();
    String recipe = recipe(method, "").replace(base(), "base_model: " + root.resolve("apart"));
    assertTrue(merge(recipe, "out", 2).contains("gathering"));
    merge(recipe, "fresh", 2);
    assertArrayEquals(weights("fresh"), weights("out"));
  }

  @ParameterizedTest
  @CsvSource({
    "fisher, java, '', fisher-diagonal of tensor 'model.embed_tokens.weight' is NaN",
    "regmean, java, '', is NaN",
    "regmean, base, ', weights: gain', the loss is NaN"
  })
  void evidenceThatIsNoNumberIsRefused(String method, String broken, String extra, String said)
      throws IOException {
    String norm = "model.layers.1.input_layernorm.weight";
    float[] values = floats(broken, norm);
    values[3] = Float.NaN;
    copy(broken, "broken").tensor(norm, 0, values).write();
    String recipe =
        recipe(method, extra)
            .replace(FAMILY.resolve(broken) + "\n", root.resolve("broken") + "\n")
            .concat("non_finite: allow\n");
    String message =
        assertThrows(AmalgamException.class, () -> merge(recipe, "out", 2)).getMessage();
    assertTrue(message.startsWith("'" + root.resolve("broken") + "': on the examples of"), message);
    assertTrue(message.contains(said), message);
    assertTrue(message.endsWith("tensor '" + norm + "' holds NaN: repair the model"), message);
  }

  @ParameterizedTest
  @CsvSource({"math, skip", "java, skip", "'base,math', base", "'base,java', base"})
  void mapsThatHaveABiasInSomeModelsAreAveraged(String biased, String missing) throws IOException {
    String recipe = recipe("regmean", "") + "missing: " + missing + "\n";
    for (String model : biased.split(",")) {
      SmallModel copy = copy(model, model);
      copy.config(config(model).replace("mlp_bias\": false", "mlp_bias\": true"));
      for (int layer = 0; layer < 4; layer++) {
        String mlp = "model.layers." + layer + ".mlp.";
        copy.tensor(mlp + "gate_proj.bias", 0, new float[352]);
        copy.tensor(mlp + "up_proj.bias", 0, new float[352]);
        copy.tensor(mlp + "down_proj.bias", 0, new float[128]);
      }
      copy.write();
      recipe = recipe.replace(FAMILY.resolve(model) + "\n", root.resolve(model) + "\n");
    }
    merge(recipe, "out", 2);
    WholeFile out = WholeFile.read(root.resolve("out/model.safetensors"));
    assertEquals(missing.equals("base"), out.shapes().containsKey(DOWN.replace("weight", "bias")));
  }

  @Test
  void gainsAreWorkedOutBeforeTheMerge() throws IOException {
    List<String> phases = merge(recipe("regmean", ", weights: gain"), "out", 2);
    int merging = phases.indexOf("merging");
    assertEquals(2, phases.subList(0, merging).stream().filter("evaluating"::equals).count());
    assertFalse(phases.subList(merging, phases.size()).contains("evaluating"));
  }

  @Test
  void theFactorOfTheWidestMapNeedsMemory() throws IOException {
    assertEquals(352 * 353 / 2 * Double.BYTES, memory("regmean") - memory("fisher"));
  }

  private long memory(String method) throws IOException {
    Path file = Files.writeString(root.resolve("recipe.yml"), recipe(method, ""));
    return MergeJob.check(file, 2).memoryBytes();
  }

  private static String base() {
    return "base_model: " + FAMILY.resolve("base");
  }

  private static String config(String model) throws IOException {
    return Files.readString(FAMILY.resolve(model).resolve("config.json"));
  }

  private static float[] floats(String model, String tensor) {
    try (CheckpointFolder folder = CheckpointFolder.open(FAMILY.resolve(model))) {
      return new CheckpointWeights(folder).read(tensor);
    }
  }

  /** Returns a model of the family in float32, not written yet, with what is beside it. */
  private SmallModel copy(String model, String name) throws IOException {
    SmallModel copy = new SmallModel(root.resolve(name), "llama").config(config(model));
    Files.copy(
        FAMILY.resolve(model).resolve("tokenizer.json"),
        root.resolve(name).resolve("tokenizer.json"));
    try (CheckpointFolder folder = CheckpointFolder.open(FAMILY.resolve(model))) {
      CheckpointWeights weights = new CheckpointWeights(folder);
      for (TensorInfo tensor : folder.tensors()) {
        int columns = tensor.shape().rank() == 1 ? 0 : (int) tensor.shape().rowLength();
        copy.tensor(tensor.name(), columns, weights.read(tensor.name()));
      }
    }
    return copy;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fisher", "regmean"})
  void whatCannotBeAskedIsRefusedBeforeWork(String method) {
    String[] wrong = {
      recipe(method, "").replaceFirst("\n    parameters: \\{examples: [^}]*}", ""),
      recipe(method, "") + "random_compatibility: mergekit\n",
      recipe(method, "").replace("math.fewshot", "nowhere"),
    };
    String[] said = {
      "merge_method " + method + " needs to know what matters; add 'examples: FILE'",
      "mergekit, which does not know merge_method " + method,
      "examples ",
    };
    for (int i = 0; i < wrong.length; i++) {
      String recipe = wrong[i];
      String message =
          assertThrows(AmalgamException.class, () -> merge(recipe, "refused", 2)).getMessage();
      assertTrue(message.contains(said[i]), message);
      assertTrue(Files.notExists(root.resolve("refused.evidence")));
    }
  }

  @Test
  void evidenceIsOfWholeModelsInTheLastDocument() {
    String stack =
        """
        merge_method: fisher
        base_model: %s
        slices:
          - sources: [{model: %s, layer_range: [0, 2]}, {model: %s, layer_range: [0, 2]}]
        """
            .formatted(FAMILY.resolve("base"), FAMILY.resolve("math"), FAMILY.resolve("java"));
    String message =
        assertThrows(AmalgamException.class, () -> merge(stack, "out", 2)).getMessage();
    assertTrue(message.contains("merge_method fisher asks whole models"), message);
    String stages =
        "name: first\n"
            + recipe("regmean", "")
            + "---\nmerge_method: passthrough\nmodels:\n  - model: first\n";
    message = assertThrows(AmalgamException.class, () -> merge(stages, "out", 2)).getMessage();
    assertTrue(message.contains("merge_method regmean runs models"), message);
  }
}
