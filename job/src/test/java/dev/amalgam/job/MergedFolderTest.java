package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.MergeSummary;
import dev.amalgam.job.api.OutputFile;
import dev.amalgam.job.output.InputHashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedFolderTest {

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  @Test
  void theFolderHoldsAModelAndNothingElse() throws IOException {
    List<OutputFile> files = merge.merge();
    Set<String> expected =
        Set.of(
            "model.safetensors",
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "README.md",
            "amalgam.json");
    assertEquals(expected, names(merge.out));
    assertEquals(expected, new TreeSet<>(files.stream().map(OutputFile::name).toList()));
    for (OutputFile file : files) {
      Path path = merge.out.resolve(file.name());
      assertEquals(Files.size(path), file.bytes());
      assertEquals(Optional.of(MergeFixture.sha256(path)), file.sha256());
    }
    assertEquals(Set.of("recipe.yml", "base", "a", "b", "out"), names(root));
  }

  @Test
  void largeModelsAreSharded() throws IOException {
    merge.merge(merge.out, new MergeSettings(42, 1, "safetensors", 10_000, false, true, true));
    assertTrue(
        names(merge.out)
            .containsAll(
                Set.of(
                    "model-00001-of-00003.safetensors",
                    "model-00002-of-00003.safetensors",
                    "model-00003-of-00003.safetensors",
                    "model.safetensors.index.json")));
    try (var merged = CheckpointFolder.open(merge.out)) {
      assertEquals(3, merged.tensors().size());
    }
    assertListed();
  }

  @Test
  void provenanceListsEveryFileWithItsRealDigest() throws IOException {
    merge.merge();
    assertListed();
    JsonNode provenance = provenance();
    assertEquals(MergeFixture.RECIPE, provenance.get("recipe").asText());
    assertEquals("dare_ties", provenance.get("merge_method").asText());
    assertEquals(42, provenance.get("seed").asInt());
    assertEquals("counter", provenance.get("random_masks").asText());
    assertEquals(AmalgamVersion.get(), provenance.get("amalgam").asText());
    List<String> inputs = new ArrayList<>();
    for (JsonNode input : provenance.get("inputs")) {
      Path file = root.resolve(input.get("model").asText()).resolve(input.get("file").asText());
      assertEquals(MergeFixture.sha256(file), input.get("sha256").asText(), file.toString());
      assertEquals(Files.size(file), input.get("bytes").asLong());
      inputs.add(input.get("model").asText() + "/" + input.get("file").asText());
    }
    assertEquals(
        List.of(
            "base/model.safetensors",
            "a/model.safetensors",
            "b/model.safetensors",
            "base/config.json",
            "base/generation_config.json",
            "base/tokenizer.json",
            "base/tokenizer_config.json"),
        inputs);
  }

  @Test
  void aTokenizerFromAFolderThatIsNoModelIsRecordedToo() throws IOException {
    Path tokenizer = Files.createDirectory(root.resolve("tok"));
    Files.writeString(tokenizer.resolve("tokenizer.json"), TinyModel.TOKENIZER + "\n");
    Files.writeString(tokenizer.resolve("chat_template.jinja"), "{{ messages }}");
    merge.recipe(MergeFixture.RECIPE + "tokenizer_source: tok\n").merge();
    assertFalse(names(merge.out).contains("tokenizer_config.json"));
    for (String name : List.of("tokenizer.json", "chat_template.jinja")) {
      assertEquals(-1, Files.mismatch(tokenizer.resolve(name), merge.out.resolve(name)));
    }
    List<String> recorded = new ArrayList<>();
    for (JsonNode input : provenance().get("inputs")) {
      if (input.get("model").asText().equals("tok")) {
        recorded.add(input.get("file").asText());
        Path file = tokenizer.resolve(input.get("file").asText());
        assertEquals(MergeFixture.sha256(file), input.get("sha256").asText());
      }
    }
    assertEquals(List.of("tokenizer.json", "chat_template.jinja"), recorded);
  }

  @Test
  void theConfigChangesInItsTypeAlone() throws IOException {
    merge.recipe(MergeFixture.RECIPE + "dtype: bfloat16\n").merge();
    assertEquals(
        TinyModel.CONFIG.replace("\"float32\"", "\"bfloat16\""),
        Files.readString(merge.out.resolve("config.json")));
    try (var merged = CheckpointFolder.open(merge.out)) {
      merged.tensors().forEach(tensor -> assertEquals(DType.BF16, tensor.dtype()));
    }
  }

  @Test
  void theOutputTypeWinsInTheConfigToo() throws IOException {
    merge.recipe(MergeFixture.RECIPE + "dtype: float32\nout_dtype: float16\n").merge();
    assertEquals(
        TinyModel.CONFIG.replace("\"float32\"", "\"float16\""),
        Files.readString(merge.out.resolve("config.json")));
  }

  @Test
  void withoutATypeInTheRecipeTheConfigStaysAsItIs() throws IOException {
    merge.merge();
    assertEquals(
        -1, Files.mismatch(root.resolve("base/config.json"), merge.out.resolve("config.json")));
  }

  @Test
  void theBytesDependOnNeitherThreadsNorHashesNorWhatWasThereBefore() throws IOException {
    merge.merge();
    Map<String, String> expected = MergeFixture.digests(merge.out);
    for (int threads : new int[] {1, 3, 7}) {
      merge.merge(
          merge.out, new MergeSettings(42, threads, "safetensors", 1_000_000, true, true, true));
      assertEquals(expected, MergeFixture.digests(merge.out));
    }
    merge.merge(merge.out, new MergeSettings(42, 2, "safetensors", 1_000_000, true, false, false));
    Map<String, String> unhashed = MergeFixture.digests(merge.out);
    assertNotEquals(expected.get("amalgam.json"), unhashed.get("amalgam.json"));
    unhashed.put("amalgam.json", expected.get("amalgam.json"));
    assertEquals(expected, unhashed);
    merge.merge(merge.out, new MergeSettings(43, 2, "safetensors", 1_000_000, true, true, true));
    assertNotEquals(
        expected.get("model.safetensors"),
        MergeFixture.digests(merge.out).get("model.safetensors"));
  }

  @Test
  void hashesAreLeftOutOnRequest() throws IOException {
    merge.merge(merge.out, new MergeSettings(42, 2, "safetensors", 1_000_000, false, false, true));
    assertFalse(provenance().get("inputs").get(0).has("sha256"));
    assertTrue(provenance().get("outputs").get(0).has("sha256"));
    merge.merge(merge.out, new MergeSettings(42, 2, "safetensors", 1_000_000, true, true, false));
    assertTrue(provenance().get("inputs").get(0).has("sha256"));
    assertFalse(provenance().get("outputs").get(0).has("sha256"));
  }

  @Test
  void aDryRunSaysWhatWouldBeAndWritesNothing() throws IOException {
    merge.changesNothing(
        () -> {
          try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
            MergeSummary plan = job.summary();
            assertEquals("dare_ties", plan.method());
            assertEquals(List.of("base", "a", "b"), plan.models());
            assertEquals(Optional.of(merge.out), plan.output());
            assertEquals(3, plan.mergedTensors());
            assertEquals(0, plan.copiedTensors());
            assertEquals(3 * 2100, plan.elements());
            assertEquals(Map.of(DType.F32, 4L * 3 * 2100), plan.bytesByType());
            assertEquals(List.of("model.safetensors"), plan.shards());
            assertEquals(
                3 * InputHashes.size(root.resolve("a/model.safetensors")), plan.inputBytes());
            assertEquals(4L * 3 * 2100, plan.outputBytes());
            assertEquals(List.of(), plan.leftOut());
            assertEquals(List.of(), plan.warnings());
          }
        });
  }

  @Test
  void progressCountsEveryByteOfTheOutput() {
    List<String> phases = new ArrayList<>();
    long[] expected = new long[1];
    long[] seen = new long[1];
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      job.run(
          new ProgressListener() {
            @Override
            public synchronized void started(String phase, long bytes) {
              phases.add(phase);
              expected[0] += bytes;
            }

            @Override
            public synchronized void advanced(long bytes) {
              seen[0] += bytes;
            }
          });
    }
    assertEquals(List.of("merging", "finishing"), phases.subList(0, 2));
    assertEquals(expected[0], seen[0]);
  }

  @Test
  void modelsAreFoundFromTheCurrentFolderAndFromTheRecipes() throws IOException {
    Path elsewhere = Files.createDirectories(root.resolve("recipes/nested"));
    Path recipe = elsewhere.resolve("r.yml");
    Path fromHere = Path.of("").toAbsolutePath().relativize(root.resolve("a").toAbsolutePath());
    Files.writeString(
        recipe,
        """
        merge_method: linear
        models:
        - model: ../../base
        - model: "%s"
        parameters: {weight: 1}
        """
            .formatted(fromHere.toString().replace("\\", "/")));
    try (MergeJob job = MergeJob.prepare(recipe, merge.out, MergeFixture.SETTINGS)) {
      job.run(ProgressListener.NONE);
    }
    assertTrue(Files.exists(merge.out.resolve("model.safetensors")));
  }

  @Test
  void aModelMayBeOneFile() throws IOException {
    merge.recipe(
        """
        merge_method: linear
        models:
        - model: base/model.safetensors
        - model: a/model.safetensors
        parameters: {weight: 1}
        """);
    merge.merge();
    assertTrue(names(merge.out).containsAll(Set.of("config.json", "tokenizer.json")));
  }

  private void assertListed() throws IOException {
    Set<String> listed = new TreeSet<>();
    for (JsonNode output : provenance().get("outputs")) {
      Path file = merge.out.resolve(output.get("file").asText());
      assertEquals(MergeFixture.sha256(file), output.get("sha256").asText());
      assertEquals(Files.size(file), output.get("bytes").asLong());
      assertTrue(listed.add(output.get("file").asText()));
    }
    Set<String> present = names(merge.out);
    present.remove("amalgam.json");
    assertEquals(present, listed);
  }

  private JsonNode provenance() {
    return Json.read(merge.out.resolve("amalgam.json"), 1 << 20);
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }
}
