package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainNamesTest {

  private static Weights weights(float embedding, float head) {
    return new CheckpointWeights(
        new MemoryCheckpoint("m")
            .with("_orig_mod.embedding", DType.F32, Shape.of(1), new float[] {embedding})
            .with("_orig_mod.head", DType.F32, Shape.of(1), new float[] {head}));
  }

  /** However little of the delta is there, the model has the same parameters. */
  @ParameterizedTest
  @ValueSource(floats = {0, 0.5f, 1})
  void tensorsThatComeApartInTheExpertAreTwoAtAllShares(float fraction) {
    Weights moved = new FineTuned(weights(1, 1), weights(1, 2)).at(fraction);
    assertFalse(PlainNames.of(moved).holdsSame("embedding", "head"));
  }

  @Test
  void tensorsThatAreOneAreOneByPlainNames() {
    Weights plain = PlainNames.of(weights(1, 1));
    assertTrue(plain.holdsSame("embedding", "head"));
    assertFalse(plain.holdsSame("embedding", "other"));
    assertFalse(PlainNames.of(weights(1, 2)).holdsSame("embedding", "head"));
  }
}
