package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes of several merges. */
class StagesTest {

  private static final String MIX =
      """
      name: mix
      merge_method: dare_ties
      base_model: base
      models:
      - model: a
        parameters: {weight: 0.5, density: 0.5}
      - model: b
        parameters: {weight: [0.25, 0.75], density: 0.6}
      """;
  private static final String LAST =
      """
      merge_method: slerp
      base_model: base
      models: [{model: mix}]
      parameters: {t: 0.3}
      """;
  private static final String BF16 = "dtype: bfloat16\n";

  private static final String MEAN =
      """
      name: mean
      merge_method: linear
      models: [{model: a}, {model: b}]
      parameters: {weight: 1}
      ---
      merge_method: passthrough
      slices:
      """;
  private static final long TENSOR = 2100 * 4;

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  @Test
  void stagesGiveWhatRunsByHandGive() throws IOException {
    merge.recipe(MIX).merge(root.resolve("mix"), MergeFixture.SETTINGS);
    merge.recipe(LAST).merge(root.resolve("by-hand"), MergeFixture.SETTINGS);
    MergeFixture.removeTree(root.resolve("mix"));
    merge.recipe(MIX + "---\n" + LAST).merge();
    assertSameModel(root.resolve("by-hand"), merge.out);
  }

  @Test
  void aResultIsNotRoundedUnlessItsStageSaysSo() throws IOException {
    String last = LAST + BF16;
    merge.recipe(MIX).merge(root.resolve("mix"), MergeFixture.SETTINGS);
    merge.recipe(last).merge(root.resolve("once"), MergeFixture.SETTINGS);
    MergeFixture.removeTree(root.resolve("mix"));
    merge.recipe(MIX + BF16).merge(root.resolve("mix"), MergeFixture.SETTINGS);
    merge.recipe(last).merge(root.resolve("twice"), MergeFixture.SETTINGS);
    MergeFixture.removeTree(root.resolve("mix"));
    merge.recipe(MIX + "---\n" + last).merge();
    assertSameModel(root.resolve("once"), merge.out);
    merge.recipe(MIX + BF16 + "---\n" + last).merge(merge.out, MergeFixture.REPLACING);
    assertSameModel(root.resolve("twice"), merge.out);
  }

  @Test
  void theOutputHasTheTypeOfTheModelsAllTheSame() throws IOException {
    for (String model : List.of("base", "a", "b")) {
      Path narrow = root.resolve(model + "16");
      merge
          .recipe("merge_method: linear\nmodels: [{model: " + model + "}]\n" + BF16 + WEIGHT)
          .merge(narrow, MergeFixture.SETTINGS);
    }
    String mix =
        MIX.replace(": base", ": base16").replace(": a", ": a16").replace(": b\n", ": b16\n");
    merge
        .recipe(mix + "---\nmerge_method: linear\nmodels: [{model: mix}, {model: a16}]\n" + WEIGHT)
        .merge();
    try (var merged = CheckpointFolder.open(merge.out)) {
      merged.tensors().forEach(tensor -> assertEquals(DType.BF16, tensor.dtype()));
    }
    assertEquals("bfloat16", config().get("torch_dtype").asText());
  }

  private static final String WEIGHT = "parameters: {weight: 1}\n";

  @Test
  void onlyWhatIsMergedAndReadIsMadeInBetween() throws IOException {
    stackable("a");
    stackable("b");
    String stack =
        """
        name: stack
        merge_method: passthrough
        slices:
        - sources: [{model: a, layer_range: [0, 2]}]
        - sources: [{model: b, layer_range: [0, 1]}]
        """;
    merge.recipe(
        stack + "---\nmerge_method: linear\nmodels: [{model: stack}, {model: stack}]\n" + WEIGHT);
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      assertEquals(List.of("stack"), job.summary().stages());
      assertEquals(List.of("a", "b"), job.summary().models());
      assertEquals(0, bytesInBetween(job));
    }
    assertEquals(3, config().get("num_hidden_layers").intValue());
    merge.recipe(
        MEAN
            + """
            - sources: [{model: mean, layer_range: [1, 2]}]
            - sources: [{model: a, layer_range: [1, 2]}]
            """);
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.REPLACING)) {
      assertEquals(0, job.summary().intermediateBytes());
      // The embedding and one layer of three tensors.
      assertEquals(4 * TENSOR, bytesInBetween(job));
    }
  }

  @Test
  void whatSeveralTensorsComeFromIsMadeOnceAndKeptInAFileBetweenThem() throws IOException {
    stackable("a");
    stackable("b");
    merge.recipe(
        MEAN
            + """
            - sources: [{model: mean, layer_range: [0, 2]}]
            - sources: [{model: mean, layer_range: [0, 2]}]
            """);
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      // Both layers wait for their second use; the embedding has one.
      assertEquals(6 * TENSOR, job.summary().intermediateBytes());
      assertEquals(7 * TENSOR, bytesInBetween(job));
    }
    try (var files = Files.list(root)) {
      assertEquals(
          List.of(), files.filter(f -> f.getFileName().toString().startsWith(".")).toList());
    }
    try (var merged = CheckpointFolder.open(merge.out)) {
      for (String part : List.of("a", "b", "c")) {
        assertArrayEquals(bytes(merged, "layers.1." + part), bytes(merged, "layers.3." + part));
      }
    }
  }

  /** Merges, and returns the bytes that were merged without being part of the output. */
  private static long bytesInBetween(MergeJob job) {
    AtomicLong announced = new AtomicLong();
    AtomicLong merged = new AtomicLong();
    job.run(
        new ProgressListener() {
          @Override
          public void started(String phase, long bytes) {
            if (phase.equals("merging")) {
              announced.set(bytes);
            }
          }

          @Override
          public void advanced(long bytes) {
            merged.addAndGet(bytes);
          }
        });
    assertEquals(announced.get(), merged.get());
    return merged.get() - job.summary().outputBytes();
  }

  private static byte[] bytes(CheckpointFolder folder, String tensor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(folder.find(tensor).orElseThrow().bytes());
      folder.read(tensor, 0, bytes);
      return bytes.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Test
  void stagesOfStagesPassOnConfigTokenizerAndLayers() throws IOException {
    stackable("a");
    stackable("b");
    Files.writeString(root.resolve("b/tokenizer_config.json"), "{\"b\": 1}\n");
    merge
        .recipe(
            """
            name: one
            merge_method: passthrough
            tokenizer_source: b
            slices:
            - sources: [{model: a, layer_range: [1, 2]}]
            - sources: [{model: a, layer_range: [0, 2]}]
            ---
            name: two
            merge_method: linear
            models: [{model: one}, {model: one}]
            parameters: {weight: 1}
            ---
            merge_method: passthrough
            slices:
            - sources: [{model: two, layer_range: [0, 3]}]
            - sources: [{model: two, layer_range: [1, 2]}]
            """)
        .merge();
    assertEquals(
        "{\"num_hidden_layers\": 4, \"kinds\": [1, 0, 1, 0]}",
        Files.readString(merge.out.resolve("config.json")));
    assertEquals("{\"b\": 1}\n", Files.readString(merge.out.resolve("tokenizer_config.json")));
    List<String> owners = new ArrayList<>();
    Json.read(merge.out.resolve("amalgam.json"), 1 << 20)
        .get("inputs")
        .forEach(i -> owners.add(i.get("model").asText() + "/" + i.get("file").asText()));
    assertEquals(
        List.of(
            "a/model.safetensors",
            "a/config.json",
            "a/generation_config.json",
            "b/tokenizer.json",
            "b/tokenizer_config.json"),
        owners);
  }

  @Test
  void theBytesDependOnNeitherThreadsNorTheOrderOfDocuments() throws IOException {
    merge.recipe(MIX + "---\n" + LAST).merge();
    Path first = merge.out.resolve("model.safetensors");
    String expected = MergeFixture.sha256(first);
    merge
        .recipe(LAST + "---\n" + MIX)
        .merge(merge.out, new MergeSettings(42, 7, "safetensors", 1_000_000, true, false, false));
    assertEquals(expected, MergeFixture.sha256(first));
  }

  @Test
  void aMistakeInAStageNamesItAndChangesNothing() throws IOException {
    merge.recipe(MIX.replace("density: 0.6", "desnity: 0.6") + "---\n" + LAST);
    merge.changesNothing(
        () ->
            assertEquals(
                merge.recipe
                    + ": stage 'mix': parameters of b: merge_method dare_ties does not read"
                    + " 'desnity' here; did you mean 'density'?",
                merge.refused()));
  }

  @Test
  void aNameThatIsNeitherAModelNorAResult() throws IOException {
    merge.recipe(
        MIX.replace("mix", "mixture")
            + "---\nmerge_method: linear\nmodels: [{model: mixture}, {model: mixtrue}]\n");
    String message = merge.refused();
    assertTrue(
        message.contains("model 'mixtrue': no such folder here")
            && message.endsWith("did you mean 'mixture', the result of another document?"),
        message);
  }

  @Test
  void aRunThatFailsLeavesNothing() throws IOException {
    merge.recipe(MIX + "---\n" + LAST);
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      merge.changesNothing(
          () ->
              assertThrows(
                  IllegalStateException.class,
                  () ->
                      job.run(
                          new ProgressListener() {
                            @Override
                            public void started(String phase, long bytes) {
                              if (phase.equals("merging")) {
                                throw new IllegalStateException("stop");
                              }
                            }

                            @Override
                            public void advanced(long bytes) {}
                          })));
    }
  }

  private void assertSameModel(Path expected, Path actual) throws IOException {
    for (String file : List.of("model.safetensors", "config.json", "tokenizer.json")) {
      assertEquals(-1, Files.mismatch(expected.resolve(file), actual.resolve(file)), file);
    }
  }

  private void stackable(String model) throws IOException {
    Path folder = root.resolve(model);
    Files.delete(folder.resolve("model.safetensors"));
    TinyModel.tensors(
        folder.resolve("model.safetensors"),
        model.hashCode(),
        "embed",
        "layers.0.a",
        "layers.0.b",
        "layers.0.c",
        "layers.1.a",
        "layers.1.b",
        "layers.1.c");
    Files.writeString(
        folder.resolve("config.json"), "{\"num_hidden_layers\": 2, \"kinds\": [0, 1]}");
  }

  private JsonNode config() {
    return Json.read(merge.out.resolve("config.json"), 1 << 20);
  }
}
