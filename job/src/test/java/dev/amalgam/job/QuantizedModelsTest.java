package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What jobs do with a quantized model is what they do with it dequantized, bit for bit. */
class QuantizedModelsTest {

  private static final Path LLAMA = Path.of("../io/src/test/resources/hf/llama");

  @TempDir Path root;
  private QuantizedCopy a;
  private QuantizedCopy b;

  @BeforeEach
  void makeModels() throws IOException {
    a = new QuantizedCopy(TinyModel.make(root.resolve("m1"), 1), root.resolve("a"));
    b = new QuantizedCopy(TinyModel.make(root.resolve("m2"), 2), root.resolve("b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{merge_method: linear, models: [{model: a/K, parameters: {weight: 1}},"
            + " {model: b/K, parameters: {weight: 0.5}}]}",
        "{merge_method: ties, base_model: a/K,"
            + " models: [{model: b/K, parameters: {weight: 1, density: 0.5}}]}",
        "{merge_method: passthrough, models: [{model: a/K}]}",
        "{merge_method: passthrough, dtype: bfloat16, models: [{model: a/K}]}",
      })
  void aMergeIsThatOfTheDequantizedModels(String recipe) throws IOException {
    Path merged = merge(recipe.replace("K", "quantized"), "q");
    Path expected = merge(recipe.replace("K", "plain"), "p");
    assertEquals(
        MergeFixture.sha256(expected.resolve("model.safetensors")),
        MergeFixture.sha256(merged.resolve("model.safetensors")));
    assertEquals(
        Files.readString(expected.resolve("config.json")),
        Files.readString(merged.resolve("config.json")));
  }

  @Test
  void theOutputIsOfTheTypeThatTheConfigNames() throws IOException {
    Path config = a.quantized.resolve("config.json");
    Files.writeString(config, "{" + QuantizedCopy.SECTION + ", \"torch_dtype\": \"bfloat16\"}");
    Path merged = merge("{merge_method: passthrough, models: [{model: a/quantized}]}", "q");
    assertEquals(DType.BF16, Inspection.of(merged).tensors().getFirst().dtype());
    assertEquals(
        "{\"torch_dtype\": \"bfloat16\"}", Files.readString(merged.resolve("config.json")));
  }

  @Test
  void aModelThatOnlyModelOptsFileCallsQuantizedGivesOneThatIsNot() throws IOException {
    Files.copy(
        a.plain.resolve("config.json"),
        a.quantized.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(
        a.quantized.resolve("hf_quant_config.json"),
        "{\"quantization\": {\"quant_algo\": \"FP8\"}}");
    Path merged = merge("{merge_method: passthrough, models: [{model: a/quantized}]}", "q");
    Path expected = merge("{merge_method: passthrough, models: [{model: a/plain}]}", "p");
    assertEquals(MergeFixture.digests(expected).keySet(), MergeFixture.digests(merged).keySet());
  }

  @Test
  void itDoesNotDifferFromItselfDequantized() {
    var comparison = DiffJob.compare(a.quantized, a.plain, 2, ProgressListener.NONE);
    assertEquals(3, comparison.tensors().size());
    assertEquals(0, comparison.total().changed());
    assertEquals(0, comparison.onlyInFirst().size());
  }

  @Test
  void anInspectionShowsWhatIsStored() {
    assertEquals(6, Inspection.of(a.quantized).tensors().size());
    assertEquals(6300L, Inspection.of(a.quantized).bytesByType().get(DType.F8_E4M3));
  }

  @Test
  void anEvaluationIsThatOfTheDequantizedModel() throws IOException {
    QuantizedCopy llama = new QuantizedCopy(LLAMA, root.resolve("llama"));
    Path data = LLAMA.resolve("expected.safetensors");
    assertEquals(Evaluations.run(llama.plain, data), Evaluations.run(llama.quantized, data));
  }

  private Path merge(String recipe, String name) throws IOException {
    Path file = Files.writeString(root.resolve(name + ".yml"), recipe);
    Path output = root.resolve(name);
    MergeSettings settings = MergeFixture.SETTINGS;
    try (MergeJob job = MergeJob.prepare(file, output, settings)) {
      job.run(ProgressListener.NONE);
    }
    return output;
  }
}
