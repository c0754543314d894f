package dev.amalgam.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettlingProgressTest {

  private static final TensorInfo TENSOR = new TensorInfo("w", DType.F32, Shape.of(7, 13));

  /** Adds up what is told. */
  private static final class Sum implements ProgressListener {
    private long sum;

    @Override
    public void started(String phase, long bytes) {}

    @Override
    public void advanced(long bytes) {
      sum += bytes;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void allBytesAreToldOnce(int steps) {
    Sum told = new Sum();
    SettlingProgress progress = new SettlingProgress(TENSOR, told);
    for (int step = 1; step <= steps; step++) {
      progress.accept((double) step / steps);
      assertEquals((long) ((double) step / steps * (TENSOR.bytes() / 2)), told.sum);
    }
    for (long from = 0; from < TENSOR.bytes(); from += 52) {
      progress.merged(from, 52);
    }
    assertEquals(TENSOR.bytes(), told.sum);
  }
}
