package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.ResidentWeights;
import dev.amalgam.core.weight.Weight;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResidentWeightTest {

  private static final int UNTOUCHED = 77;

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void aResidentWeightHoldsWhatIsStored(DType dtype) {
    try (MemoryCheckpoint checkpoint = checkpoint(dtype, 70, 33, 1);
        Workers<Scratch> workers = workers(2, Kernels.get());
        ResidentWeights resident = ResidentWeights.load(checkpoint, workers)) {
      Weight stored = new CheckpointWeights(checkpoint).find("w").orElseThrow();
      assertArrayEquals(read(stored, workers), read(resident.find("w").orElseThrow(), workers));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 64", "70, 33", "1000, 200", "5, 3000", "40000, 7"})
  void theProductOfOneRowIsTheDotProductsInLanes(int outputs, int inputs) {
    try (MemoryCheckpoint checkpoint = checkpoint(DType.BF16, outputs, inputs, 2);
        Workers<Scratch> workers = workers(3, Kernels.get());
        ResidentWeights resident = ResidentWeights.load(checkpoint, workers)) {
      Weight weight = resident.find("w").orElseThrow();
      float[] w = read(weight, workers);
      float[] x = random(inputs, 3);
      float[] due = new float[outputs];
      for (int i = 0; i < outputs; i++) {
        due[i] = lanes(x, w, i * inputs);
      }
      assertArrayEquals(due, product(x, WeightMatrix.of(weight).transposed(), outputs, workers));
      try (Workers<Scratch> scalar = workers(1, Kernels.scalar())) {
        assertArrayEquals(due, product(x, WeightMatrix.of(weight).transposed(), outputs, scalar));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "64, 3", "33, 70", "200, 1000", "7, 5000"})
  void theProductOfOneRowWithAnUntransposedWeightHasTheBitsOfTheBlockedProduct(
      int inputs, int outputs) {
    try (MemoryCheckpoint checkpoint = checkpoint(DType.F16, inputs, outputs, 4);
        Workers<Scratch> workers = workers(2, Kernels.get());
        ResidentWeights resident = ResidentWeights.load(checkpoint, workers)) {
      float[] x = random(inputs, 5);
      Weight stored = new CheckpointWeights(checkpoint).find("w").orElseThrow();
      assertArrayEquals(
          product(x, WeightMatrix.of(stored), outputs, workers),
          product(x, WeightMatrix.of(resident.find("w").orElseThrow()), outputs, workers));
    }
  }

  @Test
  void integersAreNoWeights() {
    try (MemoryCheckpoint checkpoint =
            new MemoryCheckpoint("m").with("w", DType.I64, Shape.of(2), new byte[16]);
        Workers<Scratch> workers = workers(1, Kernels.get());
        ResidentWeights resident = ResidentWeights.load(checkpoint, workers)) {
      String message =
          assertThrows(CheckpointException.class, () -> resident.find("w")).getMessage();
      assertEquals(true, message.contains("'w'") && message.contains("I64"), message);
    }
  }

  /** The sum by its definition: 64 lanes, then halves added up. */
  private static float lanes(float[] x, float[] w, int at) {
    float[] lanes = new float[64];
    for (int k = 0; k < x.length; k++) {
      lanes[k % 64] = Math.fma(x[k], w[at + k], lanes[k % 64]);
    }
    for (int width = 32; width > 0; width /= 2) {
      for (int j = 0; j < width; j++) {
        lanes[j] += lanes[j + width];
      }
    }
    return lanes[0];
  }

  private static float[] product(float[] x, WeightMatrix w, int outputs, Workers<Scratch> workers) {
    float[] c = new float[outputs + 2];
    c[0] = UNTOUCHED;
    c[outputs + 1] = UNTOUCHED;
    new MatrixProducts(workers).multiply(DenseMatrix.of(x, 1, x.length), w, c, 1, outputs, false);
    assertEquals(UNTOUCHED, c[0]);
    assertEquals(UNTOUCHED, c[outputs + 1]);
    return Arrays.copyOfRange(c, 1, outputs + 1);
  }

  private static float[] read(Weight weight, Workers<Scratch> workers) {
    float[] values = new float[(int) weight.shape().elements()];
    workers.run(1, (scratch, piece) -> scratch.read(weight, 0, values.length, values, 0));
    return values;
  }

  private static Workers<Scratch> workers(int count, Kernels kernels) {
    return new Workers<>(count, i -> new Scratch(kernels));
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static MemoryCheckpoint checkpoint(DType dtype, int rows, int columns, long seed) {
    return new MemoryCheckpoint("m")
        .with("w", dtype, Shape.of(rows, columns), random(rows * columns, seed));
  }
}
