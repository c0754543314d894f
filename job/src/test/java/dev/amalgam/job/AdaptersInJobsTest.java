package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.run.Comparison;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptersInJobsTest {

  private static final Path FIXTURES = Path.of("../io/src/test/resources/lora").toAbsolutePath();

  @TempDir Path root;

  private Path copy(String folder, String... files) throws IOException {
    Path copy = Files.createDirectories(root.resolve(folder));
    for (String file : files) {
      Files.copy(FIXTURES.resolve(folder).resolve(file), copy.resolve(file));
    }
    return copy;
  }

  @Test
  void aMergeTakesAdaptersAndSaysWhichItRead() throws IOException {
    copy("base", "model.safetensors");
    copy("plain", "adapter_config.json", "adapter_model.safetensors");
    Files.writeString(root.resolve("base/config.json"), "{\"model_type\": \"llama\"}");
    Files.writeString(root.resolve("plain/tokenizer.json"), "{\"model\": {\"vocab\": {}}}");
    Path recipe =
        Files.writeString(
            root.resolve("recipe.yml"),
            """
            merge_method: task_arithmetic
            base_model: base
            models:
            - model: base+plain
              parameters: {weight: 1}
            """);
    Path out = root.resolve("out");
    var settings = new MergeSettings(42, 2, "safetensors", 1_000_000, false, true, true);
    try (MergeJob job = MergeJob.prepare(recipe, out, settings)) {
      job.run(ProgressListener.NONE);
    }
    try (ModelFile merged = ModelFile.open(out.resolve("model.safetensors"));
        ModelFile expected = ModelFile.open(FIXTURES.resolve("plain/expected.safetensors"))) {
      merged.assertSameTensors(expected);
      assertTrue(merged.largestError(expected) < 1e-6);
    }
    JsonNode provenance = Json.read(out.resolve("amalgam.json"), 1 << 20);
    Set<String> inputs = new TreeSet<>();
    for (JsonNode input : provenance.get("inputs")) {
      if (input.get("file").asText().startsWith("adapter")) {
        Path file = root.resolve("plain").resolve(input.get("file").asText());
        assertEquals(MergeFixture.sha256(file), input.get("sha256").asText());
      }
      inputs.add(input.get("model").asText() + "/" + input.get("file").asText());
    }
    assertTrue(
        inputs.containsAll(
            Set.of(
                "base/model.safetensors",
                "base+plain/model.safetensors",
                "base+plain/adapter_model.safetensors",
                "base+plain/adapter_config.json")),
        inputs.toString());
  }

  @Test
  void theFactorsOfAdaptersArePartOfTheMemoryOfAMerge() throws IOException {
    copy("base", "model.safetensors");
    copy("plain", "adapter_config.json", "adapter_model.safetensors");
    copy("rslora", "adapter_config.json", "adapter_model.safetensors");
    long without = memory("base");
    long one = memory("base+plain");
    // For each of 2 threads a mebibyte; 4 matrices of rank 3: 2 of 12 x 8 and 2 of 8 x 8.
    long factors = 4 * 3 * (2 * (12 + 8) + 2 * (8 + 8));
    assertEquals(2 * (1 << 20) + factors, one - without);
    assertTrue(memory("base+plain+rslora") - one > 2 * (1 << 20));
  }

  private long memory(String model) throws IOException {
    Path recipe = root.resolve("memory.yml");
    Files.writeString(
        recipe,
        "merge_method: linear\nmodels: [{model: %s}, {model: base}]\n".formatted(model)
            + "parameters: {weight: 1}\ndtype: float32\n");
    return MergeJob.check(recipe, 2).memoryBytes();
  }

  @Test
  void inspectionsAndComparisonsTakeAdapters() {
    Path adapted = Path.of(FIXTURES.resolve("base") + "+" + FIXTURES.resolve("plain"));
    Inspection inspection = Inspection.of(adapted);
    assertEquals(Set.of(DType.F32), inspection.bytesByType().keySet());
    assertEquals(3, inspection.files().size());
    Comparison comparison =
        DiffJob.compare(
            FIXTURES.resolve("plain/expected.safetensors"), adapted, 1, ProgressListener.NONE);
    assertTrue(comparison.total().relativeNorm() < 1e-6);
    Comparison same = DiffJob.compare(FIXTURES.resolve("base"), adapted, 1, ProgressListener.NONE);
    assertEquals(4, same.tensors().stream().filter(difference -> difference.changed() > 0).count());
  }
}
