package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Pass;
import dev.amalgam.core.layer.Scale;
import dev.amalgam.core.layer.States;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of layers that multiply by a number each: what comes out of 1 says how they stand. */
class ArrangementTest {

  private static final int ATTENTION = 2;
  private static final int MLP = 3;
  private static final Map<String, Integer> NORMS = Map.of("a", 5, "b", 7, "c", 11, "d", 13);

  static Stream<Arguments> arrangements() {
    return Stream.of(
        Arguments.of(new Arrangement.NormsBefore("a", "b"), (1 + 2 * 5) * (1 + 3 * 7)),
        Arguments.of(new Arrangement.NormsAfter("a", "b"), (1 + 5 * 2) * (1 + 7 * 3)),
        Arguments.of(
            new Arrangement.NormsAround("a", "b", "c", "d"), (1 + 7 * 2 * 5) * (1 + 13 * 3 * 11)),
        Arguments.of(new Arrangement.NormsAfterSums("a", "b"), (1 + 2) * 5 * (1 + 3) * 7),
        Arguments.of(new Arrangement.ParallelWithOneNorm("a"), 1 + 2 * 5 + 3 * 5),
        Arguments.of(new Arrangement.ParallelWithTwoNorms("a", "b"), 1 + 2 * 5 + 3 * 7));
  }

  @ParameterizedTest
  @MethodSource("arrangements")
  void eachLayerStandsInItsPlaceForwardAndBackward(Arrangement arrangement, int factor) {
    Layer block =
        arrangement.around(
            new Scale(ATTENTION), new Scale(MLP), name -> new Scale(NORMS.get(name)));
    try (Engine engine = new Engine(1, Kernels.get())) {
      Batch batch = new Batch(List.of(Example.ofText(new int[2])));
      var output =
          block.forward(States.of(new float[] {1, -2}, 2, 1), Pass.of(batch, engine, true));
      assertEquals(factor, output.states().data()[0]);
      assertEquals(-2 * factor, output.states().data()[1]);
      States gradient = States.of(new float[] {3, 0.5f}, 2, 1);
      States back = output.backward().apply(gradient, null);
      assertEquals(3 * factor, back.data()[0]);
      assertEquals(0.5f * factor, back.data()[1]);
    }
  }
}
