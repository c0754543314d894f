package dev.amalgam.core.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureScalingTest {

  private static final int CLASSES = 5;

  /** Returns predictions that are right more often than not, their logits multiplied. */
  private static TemperatureScaling predictions(float factor) {
    Random random = new Random(1);
    TemperatureScaling scaling = new TemperatureScaling();
    for (int example = 0; example < 200; example++) {
      int label = random.nextInt(CLASSES);
      float[] logits = new float[CLASSES];
      for (int i = 0; i < CLASSES; i++) {
        logits[i] = factor * (float) (random.nextGaussian() + (i == label ? 1.5 : 0));
      }
      scaling.add(logits, label);
    }
    return scaling;
  }

  @ParameterizedTest
  @ValueSource(floats = {0.1f, 0.5f, 3, 8})
  void howSureAModelIsDoesNotMatter(float factor) {
    assertEquals(predictions(1).loss(), predictions(factor).loss(), 1e-6);
  }

  @Test
  void twoClassesHaveAKnownBest() {
    // Right three times of four: the best says so, and ln 3 is the best difference of logits.
    TemperatureScaling scaling = new TemperatureScaling();
    for (int example = 0; example < 4; example++) {
      scaling.add(new float[] {0, 2}, example == 0 ? 0 : 1);
    }
    assertEquals(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), scaling.loss(), 1e-9);
  }

  @Test
  void whatIsAlwaysWrongIsBestUnsure() {
    TemperatureScaling scaling = new TemperatureScaling();
    scaling.add(new float[] {1, -1}, 1);
    double loss = scaling.loss();
    assertTrue(loss > Math.log(2) && loss < Math.log(2) + 0.06, "" + loss);
  }

  @Test
  void nothingAndNoNumbersHaveNoLoss() {
    assertTrue(Double.isNaN(new TemperatureScaling().loss()));
    TemperatureScaling broken = new TemperatureScaling();
    broken.add(new float[] {Float.NaN, 1}, 1);
    assertTrue(Double.isNaN(broken.loss()));
  }
}
