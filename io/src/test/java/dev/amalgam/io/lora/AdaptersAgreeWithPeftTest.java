package dev.amalgam.io.lora;

import static dev.amalgam.io.lora.Tensors.FIXTURES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptersAgreeWithPeftTest {

  private static final double ROUNDING = 1e-6;

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "base, plain",
    "base, rslora",
    "base, patterns",
    "base-conv1d, conv1d",
    "base, modules_to_save",
    "base, embedding",
    "base, bias_all",
    "base, bias_lora_only",
    "base-tied, tied"
  })
  void anAdaptedModelIsWhatPeftMerges(String base, String adapter) {
    Path folder = FIXTURES.resolve(adapter);
    ModelPath path = new ModelPath(FIXTURES.resolve(base), List.of(folder));
    try (StoredCheckpoint adapted = path.open();
        SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
      Tensors.assertClose(expected, adapted, ROUNDING);
    }
  }

  @Test
  void adaptersAreAppliedOneAfterTheOther() {
    ModelPath path =
        ModelPath.of(Path.of(FIXTURES + "/base+" + FIXTURES + "/plain+" + FIXTURES + "/rslora"));
    try (StoredCheckpoint adapted = path.open();
        SafetensorsFile expected =
            SafetensorsFile.open(FIXTURES.resolve("two/expected.safetensors"))) {
      Tensors.assertClose(expected, adapted, ROUNDING);
    }
  }

  @Test
  void anyPartOfATensorIsTheSamePartOfTheWhole() throws IOException {
    // Wider than a piece, so that rows are cut too.
    int rows = 5;
    int columns = 40_000;
    Random random = new Random(5);
    TensorInfo weight = new TensorInfo("w.weight", DType.BF16, Shape.of(rows, columns));
    TensorInfo a =
        new TensorInfo("base_model.model.w.lora_A.weight", DType.F16, Shape.of(2, columns));
    TensorInfo b = new TensorInfo("base_model.model.w.lora_B.weight", DType.F16, Shape.of(rows, 2));
    Files.createDirectories(root.resolve("base"));
    Files.createDirectories(root.resolve("adapter"));
    Files.writeString(
        root.resolve("adapter/adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 1}");
    Map<String, float[]> values =
        Map.of(
            weight.name(),
            values(random, weight),
            a.name(),
            values(random, a),
            b.name(),
            values(random, b));
    Tensors.write(root.resolve("base/model.safetensors"), DType.BF16, List.of(weight), values);
    Tensors.write(
        root.resolve("adapter/adapter_model.safetensors"), DType.F16, List.of(a, b), values);
    try (StoredCheckpoint adapted =
        new ModelPath(root.resolve("base"), List.of(root.resolve("adapter"))).open()) {
      TensorInfo info = adapted.find(weight.name()).orElseThrow();
      assertEquals(DType.F32, info.dtype());
      float[] whole = Tensors.read(adapted, info.name());
      float[] expected = values.get(weight.name());
      float[] left = values.get(b.name());
      float[] right = values.get(a.name());
      for (int i = 0; i < whole.length; i++) {
        int row = i / columns;
        int column = i % columns;
        double delta =
            (double) left[2 * row] * right[column]
                + (double) left[2 * row + 1] * right[columns + column];
        assertEquals(expected[i] + 0.5 * delta, whole[i], 1e-5);
      }
      for (int from : new int[] {0, 1, 39_999, 40_000, 79_999, 100_003}) {
        int count = Math.min(70_001, whole.length - from);
        assertArrayEquals(
            Arrays.copyOfRange(whole, from, from + count),
            Tensors.read(adapted, info, from, count));
      }
    }
  }

  /** Returns values that can be stored in 16 bits of either kind without rounding. */
  private static float[] values(Random random, TensorInfo tensor) {
    float[] values = new float[(int) tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(255) - 127) / 64f;
    }
    return values;
  }
}
