package dev.amalgam.job;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model of float32 twice: its matrices in FP8 with a scale for each row, and as the float32
 * numbers that these stand for. The first has a config that says so.
 */
final class QuantizedCopy {

  static final String SECTION = "\"quantization_config\": {\"quant_method\": \"fp8\"}";

  final Path quantized;
  final Path plain;
  private final Map<TensorInfo, float[]> codes = new LinkedHashMap<>();
  private final Map<TensorInfo, float[]> values = new LinkedHashMap<>();

  /** Writes both beside each other. */
  QuantizedCopy(Path model, Path folder) throws IOException {
    quantized = Files.createDirectories(folder.resolve("quantized"));
    plain = Files.createDirectories(folder.resolve("plain"));
    try (SafetensorsFile file = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      for (TensorInfo tensor : file.tensors()) {
        add(tensor, read(file, tensor));
      }
    }
    write(quantized, codes);
    write(plain, values);
    String config = Files.readString(model.resolve("config.json"));
    Files.writeString(plain.resolve("config.json"), config);
    Files.writeString(
        quantized.resolve("config.json"), config.replaceFirst("\\{", "{\n  " + SECTION + ","));
  }

  private void add(TensorInfo tensor, float[] elements) {
    if (tensor.shape().rank() != 2) {
      codes.put(tensor, elements);
      values.put(tensor, elements);
      return;
    }
    int columns = (int) tensor.shape().rowLength();
    float[] scales = new float[elements.length / columns];
    float[] scaled = new float[elements.length];
    for (int row = 0; row < scales.length; row++) {
      scales[row] = 0.01f + 0.001f * row;
    }
    for (int i = 0; i < elements.length; i++) {
      scaled[i] = elements[i] / scales[i / columns];
    }
    float[] rounded = rounded(scaled);
    float[] product = new float[elements.length];
    for (int i = 0; i < elements.length; i++) {
      product[i] = rounded[i] * scales[i / columns];
    }
    codes.put(new TensorInfo(tensor.name(), DType.F8_E4M3, tensor.shape()), rounded);
    codes.put(
        new TensorInfo(tensor.name() + "_scale", DType.F32, Shape.of(scales.length, 1)), scales);
    values.put(tensor, product);
  }

  private static float[] rounded(float[] values) {
    float[] rounded = new float[values.length];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(values.length);
      Kernels.get().conversion().encode(DType.F8_E4M3, values, values.length, bytes, 0);
      Kernels.get().conversion().decode(DType.F8_E4M3, bytes, 0, rounded, values.length);
    }
    return rounded;
  }

  private static float[] read(SafetensorsFile file, TensorInfo tensor) {
    float[] elements = new float[(int) tensor.shape().elements()];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(tensor.bytes());
      file.read(tensor.name(), 0, bytes);
      Kernels.get().conversion().decode(tensor.dtype(), bytes, 0, elements, elements.length);
    }
    return elements;
  }

  private static void write(Path folder, Map<TensorInfo, float[]> tensors) {
    try (Arena arena = Arena.ofConfined();
        var writer =
            SafetensorsWriter.create(
                folder.resolve("model.safetensors"),
                tensors.keySet().stream().toList(),
                Map.of("format", "pt"))) {
      tensors.forEach(
          (tensor, elements) -> {
            MemorySegment bytes = arena.allocate(tensor.bytes());
            Kernels.get().conversion().encode(tensor.dtype(), elements, elements.length, bytes, 0);
            writer.write(tensor.name(), 0, bytes);
          });
    }
  }
}
