package dev.amalgam.core.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SmallLayersTest {

  private static final int ROWS = 2;

  private final Engine engine = new Engine(2, Kernels.get());
  private final Pass pass =
      Pass.of(new Batch(List.of(Example.ofText(new int[ROWS]))), engine, true);
  private final States x = States.of(new float[] {0.5f, -3, 8, -0.25f, 1, 0}, ROWS, 3);

  @AfterEach
  void stop() {
    engine.close();
  }

  private static Weight weight(float... values) {
    MemoryCheckpoint checkpoint = new MemoryCheckpoint("m");
    checkpoint.with("w", DType.F32, Shape.of(values.length), values);
    return new CheckpointWeights(checkpoint).find("w").orElseThrow();
  }

  private float[] result(Layer layer) {
    return Arrays.copyOf(layer.forward(x, pass).states().data(), ROWS * x.width());
  }

  @Test
  void aSoftCapBendsEachValueBelowItsBound() {
    float[] bent = result(new SoftCap(2));
    for (int i = 0; i < bent.length; i++) {
      assertEquals(2 * Math.tanh(x.data()[i] / 2.0), bent[i], 1e-6);
    }
  }

  @Test
  void aSoftCapTakesGradientsBackByItsSlope() {
    Output output = new SoftCap(2).forward(x, pass);
    States ones = States.of(new float[] {1, 1, 1, 1, 1, 1}, ROWS, 3);
    // A head writes the gradient over its logits.
    output.states().set(ones);
    States gradient = output.backward().apply(output.states(), null);
    for (int i = 0; i < 6; i++) {
      assertEquals(1 - Math.pow(Math.tanh(x.data()[i] / 2.0), 2), gradient.data()[i], 1e-6);
    }
  }

  @Test
  void weightsStoredAsDifferencesFromOneNormaliseAsWholeOnes() {
    assertArrayEquals(
        result(new RmsNorm(weight(1.5f, 0.75f, 1), 0, 1e-6f)),
        result(new RmsNorm(weight(0.5f, -0.25f, 0), 1, 1e-6f)));
  }

  @Test
  void aLayerNormWithoutBiasIsOneWhoseBiasIsZero() {
    Weight w = weight(1.5f, 0.75f, -1);
    LayerNorm without = new LayerNorm(w, Optional.empty(), 1e-5f);
    assertArrayEquals(
        result(new LayerNorm(w, Optional.of(weight(0, 0, 0)), 1e-5f)), result(without));
    List<String> names = new ArrayList<>();
    without.parameters(ParameterVisitor.Module.MLP, (shown, _, _) -> names.add(shown.name()));
    assertEquals(List.of(w.name()), names);
  }

  @Test
  void layersSideBySideAddUpInTheirOrder() {
    float[] sum = result(Parallel.of(new Scale(0.1f), new Scale(0.7f), new Scale(3)));
    for (int i = 0; i < sum.length; i++) {
      assertEquals(0.1f * x.data()[i] + 0.7f * x.data()[i] + 3 * x.data()[i], sum[i]);
    }
  }
}
