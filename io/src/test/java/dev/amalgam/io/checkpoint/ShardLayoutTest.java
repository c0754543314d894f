package dev.amalgam.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class ShardLayoutTest {

  /** Cases that huggingface_hub decided; {@code make.py} beside them made them. */
  @ParameterizedTest
  @CsvFileSource(files = "src/test/resources/checkpoint/splits.txt", delimiter = ' ')
  void modelsAreSplitAsHuggingFaceSplitsThem(String sizes, long limit, String shards) {
    List<TensorInfo> tensors = new ArrayList<>();
    for (String size : sizes.split(",")) {
      tensors.add(tensor(String.valueOf(tensors.size()), Long.parseLong(size)));
    }
    ShardLayout layout = ShardLayout.of(tensors, limit);
    assertEquals(
        shards,
        layout.shards().stream()
            .map(
                s ->
                    s.fileName()
                        + ":"
                        + s.tensors().stream()
                            .map(TensorInfo::name)
                            .sorted(
                                (a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
                            .collect(Collectors.joining(",")))
            .collect(Collectors.joining("|")));
  }

  @Test
  void aModelThatFitsIsOneFile() {
    ShardLayout layout = ShardLayout.of(List.of(tensor("a", 5), tensor("b", 5)), 10);
    assertFalse(layout.isSharded());
    assertEquals("model.safetensors", layout.shards().getFirst().fileName());
    assertEquals(10, layout.bytes());
  }

  @Test
  void aModelWithoutTensorsIsOneFile() {
    ShardLayout layout = ShardLayout.of(List.of(), 10);
    assertEquals("model.safetensors", layout.shards().getFirst().fileName());
    assertEquals(List.of(), layout.order());
  }

  @Test
  void tensorsOfAShardAreInTheOrderOfTheirBytes() {
    List<TensorInfo> tensors =
        List.of(
            tensor("z", 1),
            new TensorInfo("b", DType.F32, Shape.of(1)),
            new TensorInfo("a", DType.F32, Shape.of(1)),
            tensor("y", 2));
    ShardLayout layout = ShardLayout.of(tensors, 9);
    assertTrue(layout.isSharded());
    assertEquals(
        Arrays.asList("a", "b", "z", "y"), layout.order().stream().map(TensorInfo::name).toList());
  }

  @Test
  void namesAreUniqueInTheWholeModel() {
    List<TensorInfo> tensors = List.of(tensor("a", 5), tensor("a", 5));
    String message =
        assertThrows(CheckpointException.class, () -> ShardLayout.of(tensors, 5)).getMessage();
    assertEquals("Tensor 'a' occurs twice", message);
  }

  @Test
  void tensorsThatAreNoWholeBytesAreRefused() {
    List<TensorInfo> tensors = List.of(new TensorInfo("a", DType.F4, Shape.of(3)));
    assertThrows(CheckpointException.class, () -> ShardLayout.of(tensors, 5));
  }

  @Test
  void aShardSizeIsPositive() {
    assertThrows(IllegalArgumentException.class, () -> ShardLayout.of(List.of(), 0));
  }

  private static TensorInfo tensor(String name, long bytes) {
    return new TensorInfo(name, DType.I8, Shape.of(bytes));
  }
}
