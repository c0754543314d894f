package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeltaProductsTest {

  private static final int LONG = 100_003;

  private static MemoryCheckpoint model(int seed) {
    return new MemoryCheckpoint("m" + seed)
        .with("long", DType.F32, Shape.of(LONG), Runs.gaussian(LONG, seed))
        .with("small", DType.F32, Shape.of(2), new float[] {seed, 1});
  }

  private static DeltaProducts products(int threads, Checkpoint base, Checkpoint... models) {
    return DeltaProducts.of(base, List.of(models), threads, Kernels.get(), ProgressListener.NONE);
  }

  @Test
  void productsAreThoseOfTheDeltas() {
    MemoryCheckpoint base = model(1);
    List<MemoryCheckpoint> models = List.of(model(2), model(3), model(4));
    DeltaProducts products = products(2, base, models.toArray(Checkpoint[]::new));
    assertEquals(
        List.of("long", "small"),
        products.tensors().stream().map(DeltaProducts.OfTensor::tensor).toList());
    List<float[]> deltas = new ArrayList<>();
    for (MemoryCheckpoint model : models) {
      float[] delta = model.elements("long");
      for (int k = 0; k < LONG; k++) {
        delta[k] -= base.elements("long")[k];
      }
      deltas.add(delta);
    }
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double naive = 0;
        for (int k = 0; k < LONG; k++) {
          naive += (double) deltas.get(i)[k] * deltas.get(j)[k];
        }
        assertEquals(naive, products.tensors().getFirst().products()[i][j], 1e-9 * LONG);
      }
    }
    assertArrayEquals(
        new double[][] {{1, 2, 3}, {2, 4, 6}, {3, 6, 9}}, products.tensors().getLast().products());
  }

  @Test
  void threadsDoNotMatter() {
    double[][] one = products(1, model(1), model(2), model(3)).tensors().getFirst().products();
    double[][] five = products(5, model(1), model(2), model(3)).tensors().getFirst().products();
    assertArrayEquals(one, five);
  }

  @Test
  void whatNotAllHaveInOneShapeIsLeft() {
    MemoryCheckpoint base =
        model(1)
            .with("head", DType.F32, Shape.of(2), new float[2])
            .with("grown", DType.F32, Shape.of(2), new float[2])
            .with("ids", DType.I8, Shape.of(2), new byte[2]);
    MemoryCheckpoint other =
        model(2)
            .with("grown", DType.F32, Shape.of(3), new float[3])
            .with("ids", DType.I8, Shape.of(2), new byte[2]);
    assertEquals(List.of("head", "grown", "ids"), products(1, base, other).left());
  }
}
