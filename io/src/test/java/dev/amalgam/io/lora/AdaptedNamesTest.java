package dev.amalgam.io.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.model.ModelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptedNamesTest {

  @TempDir Path root;

  private static TensorInfo tensor(String name, long... shape) {
    return new TensorInfo(name, DType.F32, Shape.of(shape));
  }

  private ModelPath make(List<TensorInfo> base, List<TensorInfo> adapter, String saved)
      throws IOException {
    Path baseFolder = Files.createDirectories(root.resolve("base"));
    Path folder = Files.createDirectories(root.resolve("adapter"));
    Files.writeString(
        folder.resolve(AdapterConfig.NAME),
        "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 1, \"modules_to_save\": "
            + saved
            + "}");
    Tensors.write(baseFolder.resolve("model.safetensors"), DType.F32, base, counting(base));
    Tensors.write(folder.resolve(Adapter.TENSORS), DType.F32, adapter, counting(adapter));
    return new ModelPath(baseFolder, List.of(folder));
  }

  /** Returns 1, 2, 3, … for each tensor. */
  private static Map<String, float[]> counting(List<TensorInfo> tensors) {
    Map<String, float[]> values = new HashMap<>();
    for (TensorInfo tensor : tensors) {
      float[] elements = new float[(int) tensor.shape().elements()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = i + 1;
      }
      values.put(tensor.name(), elements);
    }
    return values;
  }

  private static List<TensorInfo> factors(String module) {
    return List.of(
        tensor("base_model.model." + module + ".lora_A.weight", 1, 3),
        tensor("base_model.model." + module + ".lora_B.weight", 2, 1));
  }

  @ParameterizedTest
  @CsvSource({"h.0.mlp, h.0.mlp", "h.0.mlp, transformer.h.0.mlp", "model.h.0.mlp, h.0.mlp"})
  void aBaseMayBeStoredWithOrWithoutThePrefixOfItsHead(String stored, String adapted)
      throws IOException {
    ModelPath path = make(List.of(tensor(stored + ".weight", 2, 3)), factors(adapted), "null");
    try (StoredCheckpoint model = path.open()) {
      assertArrayEquals(new float[] {2, 4, 6, 6, 9, 12}, Tensors.read(model, stored + ".weight"));
    }
  }

  @Test
  void aNameThatFitsSeveralTensorsFitsNone() throws IOException {
    ModelPath path =
        make(List.of(tensor("a.w.weight", 2, 3), tensor("b.w.weight", 2, 3)), factors("w"), "null");
    String message = assertThrows(CheckpointException.class, path::open).getMessage();
    assertTrue(message.contains("is for 'w.weight', which"), message);
  }

  @Test
  void aModuleThatTheAdapterSavesNeedNotBeInTheBase() throws IOException {
    List<TensorInfo> base = List.of(tensor("model.w.weight", 2, 3));
    List<TensorInfo> adapter = List.of(tensor("base_model.model.score.weight", 4, 2));
    try (StoredCheckpoint model = make(base, adapter, "[\"score\"]").open()) {
      assertEquals(2, model.tensors().size());
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, Tensors.read(model, "score.weight"));
    }
  }
}
