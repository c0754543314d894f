package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.run.Comparison;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.run.TensorDifference;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import dev.amalgam.job.api.Extraction;
import dev.amalgam.job.api.ExtractionSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtractLoraTest {

  private static final Map<String, Shape> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("model.embed_tokens.weight", Shape.of(30, 16));
    SHAPES.put("model.layers.0.attn.c_attn.weight", Shape.of(16, 48));
    SHAPES.put("model.layers.0.attn.c_attn.bias", Shape.of(48));
    SHAPES.put("model.layers.0.attn.c_proj.weight", Shape.of(16, 16));
    SHAPES.put("model.layers.0.norm.weight", Shape.of(16));
    SHAPES.put("model.layers.0.norm.bias", Shape.of(16));
    SHAPES.put("model.layers.0.unchanged.weight", Shape.of(5, 7));
  }

  private static final ExtractionSettings PLAIN =
      new ExtractionSettings(6, 1, OptionalDouble.empty(), 42, false, false, false);

  @TempDir Path root;

  /** Makes a base, and a model that differs by deltas of rank 3, and everywhere in vectors. */
  private void make(String family, int deltaRank) throws IOException {
    Random random = new Random(1);
    Map<String, float[]> base = new LinkedHashMap<>();
    Map<String, float[]> expert = new LinkedHashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          float[] before = gaussian(random, (int) shape.elements());
          float[] after = before.clone();
          int columns = (int) shape.rowLength();
          int rows = before.length / columns;
          int rank = name.contains("unchanged") ? 0 : shape.rank() == 1 ? 1 : deltaRank;
          for (int k = 0; k < rank; k++) {
            float[] left = gaussian(random, rows);
            float[] right = gaussian(random, columns);
            for (int i = 0; i < after.length; i++) {
              after[i] += left[i / columns] * right[i % columns] * 0.1f / (k + 1);
            }
          }
          base.put(name, before);
          expert.put(name, after);
        });
    write("base", base, family);
    write("expert", expert, family);
  }

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private void write(String model, Map<String, float[]> values, String family) throws IOException {
    Path folder = Files.createDirectories(root.resolve(model));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"" + family + "\"}");
    List<TensorInfo> tensors =
        values.keySet().stream()
            .map(name -> new TensorInfo(name, DType.F32, SHAPES.get(name)))
            .toList();
    try (SafetensorsWriter writer =
            SafetensorsWriter.create(folder.resolve("model.safetensors"), tensors, Map.of());
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo tensor : tensors) {
        MemorySegment bytes = arena.allocate(tensor.bytes());
        float[] elements = values.get(tensor.name());
        Kernels.get().conversion().encode(DType.F32, elements, elements.length, bytes, 0);
        writer.write(tensor.name(), 0, bytes);
      }
    }
  }

  private Extraction extract(String out, ExtractionSettings settings, int threads) {
    return ExtractLoraJob.run(
        root.resolve("expert"),
        root.resolve("base"),
        root.resolve(out),
        settings,
        threads,
        ProgressListener.NONE);
  }

  /** Compares the base with the adapter to the fine-tuned model. */
  private Comparison compare(String adapter) {
    return DiffJob.compare(
        root.resolve("expert"),
        Path.of(root.resolve("base") + "+" + root.resolve(adapter)),
        1,
        ProgressListener.NONE);
  }

  private JsonNode config(String adapter) {
    return Json.read(root.resolve(adapter).resolve("adapter_config.json"), 1 << 20);
  }

  @ParameterizedTest
  @CsvSource({"llama, false", "gpt2, false", "llama, true", "gpt2, true"})
  void deltasOfLowRankAndAllTheRestAreRestored(String family, boolean embeddings)
      throws IOException {
    make(family, 3);
    var settings = new ExtractionSettings(6, 1, OptionalDouble.of(5), 42, embeddings, true, false);
    Extraction extraction = extract("adapter", settings, 2);
    assertEquals(embeddings ? 3 : 2, extraction.factored().size());
    assertEquals(List.of(), extraction.leftOut());
    for (Extraction.Factored tensor : extraction.factored()) {
      assertEquals(1, tensor.energy(), 1e-6);
    }
    assertEquals(family.equals("gpt2"), config("adapter").get("fan_in_fan_out").asBoolean());
    for (TensorDifference difference : compare("adapter").tensors()) {
      assertTrue(difference.relativeNorm() < 1e-6, difference.toString());
    }
  }

  @Test
  void anEmbeddingThatIsTheOutputHeadIsStoredAsPeftWantsIt() throws IOException {
    make("llama", 3);
    Files.writeString(
        root.resolve("base/config.json"),
        "{\"architectures\": [\"LlamaForCausalLM\"], \"tie_word_embeddings\": true}");
    extract(
        "adapter", new ExtractionSettings(6, 1, OptionalDouble.of(5), 42, false, true, false), 2);
    assertTrue(config("adapter").get("ensure_weight_tying").asBoolean());
    try (SafetensorsFile file =
        SafetensorsFile.open(root.resolve("adapter/adapter_model.safetensors"))) {
      CheckpointWeights stored = new CheckpointWeights(file);
      assertArrayEquals(
          stored.read("base_model.model.model.embed_tokens.weight"),
          stored.read("base_model.model.lm_head.weight"));
    }
    Comparison comparison = compare("adapter");
    assertEquals(List.of(), comparison.onlyInSecond());
    for (TensorDifference difference : comparison.tensors()) {
      assertTrue(difference.relativeNorm() < 1e-6, difference.toString());
    }
  }

  @Test
  void whatCannotBeOfLowRankIsLeftOutAndNamed() throws IOException {
    make("llama", 3);
    Extraction extraction = extract("adapter", PLAIN, 1);
    assertEquals(
        List.of(
            "model.embed_tokens.weight",
            "model.layers.0.attn.c_attn.bias",
            "model.layers.0.norm.bias",
            "model.layers.0.norm.weight"),
        extraction.leftOut());
    assertEquals(
        List.of("README.md", "adapter_config.json", "adapter_model.safetensors"),
        files(root.resolve("adapter")));
  }

  private static List<String> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"0.5", "0.9", "1"})
  void whatIsMissingIsWhatTheEnergySays(double energy) throws IOException {
    make("llama", 12);
    var settings = new ExtractionSettings(8, energy, OptionalDouble.empty(), 42, true, true, false);
    Extraction extraction = extract("adapter", settings, 2);
    Comparison comparison = compare("adapter");
    for (Extraction.Factored tensor : extraction.factored()) {
      TensorDifference difference =
          comparison.tensors().stream()
              .filter(d -> d.tensor().name().equals(tensor.tensor()))
              .findFirst()
              .orElseThrow();
      double missing = (1 - tensor.energy()) * tensor.squaredNorm();
      assertEquals(missing, Math.pow(difference.norm(), 2), 1e-4 * tensor.squaredNorm());
      assertTrue(tensor.rank() == 8 || tensor.energy() >= energy, tensor.toString());
      assertTrue(energy == 1 || tensor.rank() < 8, tensor.toString());
    }
    assertTrue(energy == 1 || extraction.energy() >= energy);
  }

  @Test
  void threadsDoNotMatterAndSeedsDo() throws IOException {
    make("llama", 12);
    extract("one", PLAIN, 1);
    extract("three", PLAIN, 3);
    extract(
        "other", new ExtractionSettings(6, 1, OptionalDouble.empty(), 43, false, false, false), 1);
    byte[] one = Files.readAllBytes(root.resolve("one/adapter_model.safetensors"));
    assertArrayEquals(one, Files.readAllBytes(root.resolve("three/adapter_model.safetensors")));
    assertFalse(
        Arrays.equals(one, Files.readAllBytes(root.resolve("other/adapter_model.safetensors"))));
  }

  @Test
  void equalModelsHaveNoAdapter() throws IOException {
    make("llama", 1);
    String message =
        assertThrows(
                CheckpointException.class,
                () ->
                    ExtractLoraJob.run(
                        root.resolve("base"),
                        root.resolve("base"),
                        root.resolve("adapter"),
                        PLAIN,
                        1,
                        ProgressListener.NONE))
            .getMessage();
    assertTrue(message.contains("differ in no weight matrix"), message);
    assertEquals(List.of("base", "expert"), files(root));
  }

  @Test
  void aDeltaThatIsNoNumberIsRefused() throws IOException {
    make("llama", 1);
    WholeFile.overwrite(
        root.resolve("expert/model.safetensors"),
        "model.layers.0.attn.c_proj.weight",
        Float.POSITIVE_INFINITY);
    String message =
        assertThrows(CheckpointException.class, () -> extract("adapter", PLAIN, 1)).getMessage();
    assertTrue(message.contains("c_proj.weight' or that of"), message);
  }
}
