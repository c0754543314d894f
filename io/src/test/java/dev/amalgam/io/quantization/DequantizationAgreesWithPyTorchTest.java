package dev.amalgam.io.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every layout against what PyTorch and transformers make of it; the script is beside the data. */
class DequantizationAgreesWithPyTorchTest {

  private static final Path FIXTURES = Path.of("src/test/resources/quantization");

  @ParameterizedTest
  @ValueSource(strings = {"fp8", "mxfp4"})
  void everyElementHasTheSameBits(String name) {
    try (Checkpoint model = model(name);
        Checkpoint expected = expected(name)) {
      assertEquals(shapes(expected), shapes(model));
      for (TensorInfo tensor : expected.tensors()) {
        assertArrayEquals(read(expected, tensor), read(model, find(model, tensor)), tensor.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp8", "mxfp4"})
  void aRangeIsReadAsItIsInTheWhole(String name) {
    Random random = new Random(7);
    try (Checkpoint model = model(name);
        Checkpoint expected = expected(name)) {
      for (TensorInfo tensor : expected.tensors()) {
        float[] whole = read(expected, tensor);
        for (int i = 0; i < 20; i++) {
          int from = random.nextInt(whole.length);
          int count = random.nextInt(whole.length - from) + 1;
          assertArrayEquals(
              Arrays.copyOfRange(whole, from, from + count),
              read(model, find(model, tensor), from, count),
              tensor.name() + " from " + from);
        }
      }
    }
  }

  @Test
  void quantizedWeightsUsuallyGetTheTypeOfTheConfig() {
    try (StoredCheckpoint model = model("fp8")) {
      TensorInfo weight = model.find("rows.weight").orElseThrow();
      assertEquals(DType.F32, weight.dtype());
      assertEquals(DType.BF16, model.usualType(weight));
    }
  }

  @Test
  void aModelThatIsNotQuantizedIsReadAsItIs() {
    Path plain = Path.of("src/test/resources/lora/base");
    try (StoredCheckpoint model = ModelPath.of(plain).open()) {
      assertFalse(model instanceof DequantizedCheckpoint);
    }
  }

  @Test
  void inWhatIsStoredCodesAndScalesRemain() {
    try (StoredCheckpoint stored = ModelPath.of(FIXTURES.resolve("fp8")).openStored()) {
      assertEquals(DType.F8_E4M3, stored.find("rows.weight").orElseThrow().dtype());
      assertEquals(DType.F32, stored.find("rows.weight_scale").orElseThrow().dtype());
    }
  }

  private static StoredCheckpoint model(String name) {
    return ModelPath.of(FIXTURES.resolve(name)).open();
  }

  private static Checkpoint expected(String name) {
    return SafetensorsFile.open(FIXTURES.resolve(name).resolve("expected.safetensors"));
  }

  private static TensorInfo find(Checkpoint model, TensorInfo tensor) {
    return model.find(tensor.name()).orElseThrow();
  }

  private static TreeMap<String, String> shapes(Checkpoint model) {
    TreeMap<String, String> shapes = new TreeMap<>();
    model.tensors().forEach(t -> shapes.put(t.name(), t.dtype() + " " + t.shape()));
    return shapes;
  }

  private static float[] read(Checkpoint model, TensorInfo tensor) {
    return read(model, tensor, 0, (int) tensor.shape().elements());
  }

  private static float[] read(Checkpoint model, TensorInfo tensor, int from, int count) {
    float[] values = new float[count];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(tensor.dtype().bytes(count));
      model.read(tensor.name(), tensor.dtype().bytes(from), bytes);
      Kernels.get().conversion().decode(tensor.dtype(), bytes, 0, values, count);
    }
    return values;
  }
}
