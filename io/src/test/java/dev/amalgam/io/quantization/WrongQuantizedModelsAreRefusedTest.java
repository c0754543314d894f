package dev.amalgam.io.quantization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongQuantizedModelsAreRefusedTest {

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GPTQ or AWQ | x.qweight I32 8 4; x.scales F16 1 4",
        "GPTQ or AWQ | x.qzeros I32 1 1",
        "bitsandbytes, 4 bits | x.weight U8 16 1; x.weight.absmax F32 1",
        "bitsandbytes, 8 bits | x.weight I8 4 4; x.SCB F32 4",
        "NVFP4 | x.weight U8 4 8; x.weight_scale F8_E4M3 4 1; x.weight_scale_2 F32",
        "packed by compressed-tensors | x.weight_packed I32 4 1; x.weight_scale F16 4 1",
        "zero points | x.weight I8 4 4; x.weight_scale F16 4 1; x.weight_zero_point I8 4 1",
        "codes of type I8 beside 'x.weight_scale' | x.weight I8 4 4; x.weight_scale F16 4 1",
        "codes of type U32 beside 'x.scales' | x.weight U32 4 1; x.scales F16 4 1",
        "codes of type I8 beside 'x.weight_scales' | x.weight I8 4 4; x.weight_scales F16 4",
        "codes of type F8_E4M3FNUZ | x.weight F8_E4M3FNUZ 4 4; x.weight_scale F32",
        "HQQ | x.W_q U8 4 4",
        "EXL2 | x.q_weight I32 4 4",
        "Quanto | x.weight._data I8 4 4; x.weight._scale F16 4 1",
        "ModelOpt's AWQ | x.weight F8_E4M3 4 4; x.weight_scale F32; x.pre_quant_scale F32 4",
      })
  void anotherLayoutIsKnownByItsTensorsAlone(String layout, String tensors) throws IOException {
    String message = refused(tensors);
    assertTrue(message.contains(layout), message);
    assertTrue(message.contains("shows that the weights are quantized"), message);
    assertTrue(message.endsWith(ForeignLayouts.CURE), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "quantization_config|quant_method 'gptq'|{'quantization_config': {'quant_method': 'gptq'}}",
        "compression_config|quant_method '?'|{'compression_config': {}}",
        "a.text_config.quantization_config|'awq'"
            + "|{'a': {'text_config': {'quantization_config': {'quant_method': 'awq'}}}}",
        "quantization|quant_method '?'|{'quantization': {'bits': 4, 'group_size': 64}}",
        "quantization_config|with transform_config|{'quantization_config': {'quant_method':"
            + " 'compressed-tensors', 'transform_config': {'config_groups': {}}}}",
      })
  void anotherMethodIsKnownByTheConfigAlone(String section, String method, String config)
      throws IOException {
    Files.writeString(root.resolve("config.json"), config.replace('\'', '"'));
    String message = refused("x.weight BF16 4 4");
    String start = "'" + root.resolve("config.json") + "': " + section + " says";
    assertTrue(message.startsWith(start), message);
    assertTrue(message.contains(method), message);
    assertTrue(message.endsWith(ForeignLayouts.CURE), message);
  }

  @Test
  void anotherMethodIsKnownByModelOptsFile() throws IOException {
    Path file = root.resolve("hf_quant_config.json");
    Files.writeString(file, "{\"quantization\": {\"quant_algo\": \"W4A16_AWQ\"}}");
    assertEquals(
        "'"
            + file
            + "': quantization says that the weights are quantized (quant_algo 'W4A16_AWQ'); "
            + ForeignLayouts.CURE,
        refused("x.weight BF16 4 4"));
  }

  @Test
  void aConfigThatSaysSoOfWeightsThatAreNot() throws IOException {
    claimFp8();
    String message = refused("x.weight BF16 4 4");
    assertTrue(message.contains("quant_method 'fp8'), but no tensor holds codes"), message);
    assertTrue(message.endsWith("remove this section"), message);
  }

  @Test
  void codesWithoutScaleInAQuantizedModel() throws IOException {
    String one = "y.weight F8_E4M3 4 4";
    String missing =
        "'y.weight' holds F8_E4M3, and the model is quantized, but there is no scale"
            + " 'y.weight_scale'";
    assertContains(refused("x.weight F8_E4M3 4 4; x.weight_scale F32; " + one), missing);
    claimFp8();
    assertContains(refused(one), missing);
  }

  @Test
  void codesWithoutAnyScaleAreJustNumbers() throws IOException {
    write("x.weight F8_E4M3 4 4; y.k_scale F32");
    try (StoredCheckpoint model = ModelPath.of(root).open()) {
      assertEquals(DType.F8_E4M3, model.find("x.weight").orElseThrow().dtype());
      assertTrue(model.find("y.k_scale").isPresent());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "x.weight_scale F32",
    "x.weight BF16 4 4; x.weight_scale_inv F32 1 1",
    "x.scale_weight F32",
    "experts.down_proj_scale_inv F32 1 1"
  })
  void aScaleWithoutItsWeight(String tensors) throws IOException {
    assertContains(refused(tensors), "is part of a quantized weight, but the weight of FP8");
  }

  @Test
  void halfOfAWeightInMxfp4() throws IOException {
    assertContains(
        refused("x_blocks U8 2 5 3 16"),
        "'x_blocks' (U8 [2, 5, 3, 16]) is part of a quantized weight, but its scale 'x_scales' is");
    assertContains(
        refused("x_scales U8 2 5 3"),
        "'x_scales' (U8 [2, 5, 3]) is part of a quantized weight, but 'x_blocks' is");
  }

  @ParameterizedTest
  @CsvSource({
    "x.weight F8_E4M3 4 6; x.weight_scale F32 6",
    "x.weight F8_E4M3 4 6; x.weight_scale F32 1 4",
    "x.weight F8_E4M3 4 6; x.weight_scale F32 3 1",
    "x.weight F8_E4M3 300 6; x.weight_scale_inv F32 2 4",
    "x.weight F8_E4M3 4 6; x.weight_scale F32 4 1 1",
    "x.weight F8_E4M3 4 6; x.weight_scale F32 0",
    "x.weight F8_E4M3 4 6; x.weight_scale F8_E4M3 4 1",
    "x.weight F8_E4M3 4 6; x.weight_scale I32 4 1",
    "x.weight F8_E4M3 4 6; x.weight_scale F32; x.weight_scale_inv F32",
    "x_blocks U8 2 5 3 16; x_scales U8 2 5 4",
    "x_blocks U8 2 5 3 8; x_scales U8 2 5 3",
    "x_blocks U8 5 3 16; x_scales U8 5 3",
    "x_blocks U8 0 1 288230376151711744 16; x_scales U8 0 1 288230376151711744",
    "x_blocks U8 2 5 3 16; x_scales U8 2 5 3; x BF16 2 96 5",
  })
  void codesAndScalesThatDoNotGoTogether(String tensors) throws IOException {
    String message = refused(tensors);
    assertContains(message, "do not go together");
    for (String tensor : tensors.split("; ")) {
      assertContains(message, "'" + tensor.split(" ")[0] + "'");
    }
  }

  @Test
  void namesThatOnlyLookLikeScalesAreLeftAlone() throws IOException {
    write("logit_scale F32; x.layer_scale F32 4; x.weight BF16 4 4; x.scale BF16 4; y.k_scale F32");
    try (StoredCheckpoint model = ModelPath.of(root).open()) {
      assertFalse(model instanceof DequantizedCheckpoint);
    }
  }

  private void claimFp8() throws IOException {
    Files.writeString(
        root.resolve("config.json"), "{\"quantization_config\": {\"quant_method\": \"fp8\"}}");
  }

  private static void assertContains(String message, String part) {
    assertTrue(message.contains(part), message);
  }

  private String refused(String tensors) throws IOException {
    write(tensors);
    String message =
        assertThrows(CheckpointException.class, () -> ModelPath.of(root).open().close())
            .getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  /** Writes zeros: names, types and dimensions, {@code "x F32 2 3; y BF16"}. */
  private void write(String tensors) throws IOException {
    List<TensorInfo> infos =
        Arrays.stream(tensors.split("; "))
            .map(tensor -> tensor.split(" "))
            .map(
                words ->
                    new TensorInfo(
                        words[0],
                        DType.valueOf(words[1]),
                        Shape.of(
                            Arrays.stream(words).skip(2).mapToLong(Long::parseLong).toArray())))
            .toList();
    Path file = root.resolve("model.safetensors");
    Files.deleteIfExists(file);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, infos, Map.of());
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo info : infos) {
        writer.write(info.name(), 0, arena.allocate(info.bytes()));
      }
    }
  }
}
