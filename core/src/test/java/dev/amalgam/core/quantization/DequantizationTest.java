package dev.amalgam.core.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.NativeCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of large weights, which are read in pieces, against one element after the other. */
class DequantizationTest {

  private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};

  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(11);

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  @ParameterizedTest
  @CsvSource({
    "3, 100000, 3, 1", "3, 100000, 1, 782", "3, 100000, 1, 100000", "70000, 3, 70000, 1",
    "70000, 3, 547, 1", "300, 700, 3, 6", "70000, 1, 70000, 1", "5, 60000, 1, 1"
  })
  void anElementIsItsCodeTimesTheScaleOfItsBlock(
      int rows, int columns, int scaleRows, int scaleColumns) {
    TensorInfo codes = new TensorInfo("w", DType.F8_E4M3, Shape.of(rows, columns));
    TensorInfo scales = new TensorInfo("s", DType.F32, Shape.of(scaleRows, scaleColumns));
    NativeCheckpoint stored = new NativeCheckpoint("x", List.of(codes, scales), arena);
    float[] code = new float[rows * columns];
    float[] scale = new float[scaleRows * scaleColumns];
    for (int i = 0; i < code.length; i++) {
      code[i] = random.nextInt(-8, 9);
    }
    for (int i = 0; i < scale.length; i++) {
      scale[i] = random.nextFloat();
    }
    write(stored, codes, code);
    write(stored, scales, scale);
    int rowsOfBlock = scaleRows == 1 ? rows : scaleRows == rows ? 1 : 128;
    int columnsOfBlock = scaleColumns == 1 ? columns : scaleColumns == columns ? 1 : 128;
    float[] expected = new float[code.length];
    for (int i = 0; i < code.length; i++) {
      int block = i / columns / rowsOfBlock * scaleColumns + i % columns / columnsOfBlock;
      expected[i] = code[i] * scale[block];
    }
    ScaleGrid grid = ScaleGrid.of(codes.shape(), scales.shape(), 128, 128).orElseThrow();
    assertRanges(stored, new ScaledTensor(codes, scales, grid), expected);
  }

  @ParameterizedTest
  @CsvSource({"2, 7, 3", "1, 70000, 20"})
  void anElementOfMxfp4IsFoundInTheTransposedMatrix(int matrices, int outputs, int groups) {
    TensorInfo codes =
        new TensorInfo("w_blocks", DType.U8, Shape.of(matrices, outputs, groups, 16));
    TensorInfo scales = new TensorInfo("w_scales", DType.U8, Shape.of(matrices, outputs, groups));
    NativeCheckpoint stored = new NativeCheckpoint("x", List.of(codes, scales), arena);
    byte[] packed = new byte[(int) codes.bytes()];
    byte[] exponents = new byte[(int) scales.bytes()];
    random.nextBytes(packed);
    random.nextBytes(exponents);
    stored.write("w_blocks", 0, segment(packed));
    stored.write("w_scales", 0, segment(exponents));
    MicroscaledTensor tensor = new MicroscaledTensor("w", codes, scales);
    int inputs = groups * 32;
    assertEquals(Shape.of(matrices, inputs, outputs), tensor.tensor().shape());
    try (Dequantization dequantization = new Dequantization(stored, Map.of("w", tensor))) {
      for (int trial = 0; trial < 40; trial++) {
        int from = random.nextInt(matrices * inputs * outputs);
        int count = Math.min(matrices * inputs * outputs - from, 1 + random.nextInt(50_000));
        float[] expected = new float[count];
        for (int i = 0; i < count; i++) {
          int row = (from + i) / outputs;
          int group = (row / inputs * outputs + (from + i) % outputs) * groups + row % inputs / 32;
          int code = packed[group * 16 + row % 32 / 2] >> row % 2 * 4 & 15;
          int exponent = exponents[group] & 255;
          float scale = exponent == 255 ? Float.NaN : (float) Math.pow(2, exponent - 127);
          expected[i] = (code < 8 ? 1 : -1) * E2M1[code & 7] * scale;
        }
        assertArrayEquals(expected, read(dequantization, from, count), "from " + from);
      }
    }
  }

  @Test
  void rowsWhoseScalesAreNotInTheirOrderHaveNoGrid() {
    assertEquals(Optional.empty(), grid(Shape.of(3, 4, 6), Shape.of(1, 4, 1)));
    assertEquals(Optional.empty(), grid(Shape.of(4, 4, 6), Shape.of(2, 4, 1)));
  }

  private static Optional<ScaleGrid> grid(Shape weight, Shape scales) {
    return ScaleGrid.of(weight, scales, 128, 128);
  }

  private void assertRanges(NativeCheckpoint stored, ScaledTensor tensor, float[] expected) {
    try (Dequantization dequantization = new Dequantization(stored, Map.of("w", tensor))) {
      assertArrayEquals(expected, read(dequantization, 0, expected.length));
      for (int trial = 0; trial < 40; trial++) {
        int from = random.nextInt(expected.length);
        int count = 1 + random.nextInt(expected.length - from);
        assertArrayEquals(
            Arrays.copyOfRange(expected, from, from + count),
            read(dequantization, from, count),
            "from " + from);
      }
    }
  }

  private float[] read(Dequantization dequantization, int from, int count) {
    try (Arena memory = Arena.ofConfined()) {
      MemorySegment bytes = memory.allocate(4L * count, 4);
      dequantization.read("w", from, bytes);
      return bytes.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private void write(NativeCheckpoint stored, TensorInfo tensor, float[] values) {
    MemorySegment bytes = arena.allocate(tensor.bytes(), 8);
    Kernels.get().conversion().encode(tensor.dtype(), values, values.length, bytes, 0);
    stored.write(tensor.name(), 0, bytes);
  }

  private MemorySegment segment(byte[] bytes) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
  }
}
