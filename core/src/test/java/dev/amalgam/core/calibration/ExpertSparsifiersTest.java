package dev.amalgam.core.calibration;

import static dev.amalgam.core.calibration.Calibrations.calibrate;
import static dev.amalgam.core.calibration.Calibrations.kept;
import static dev.amalgam.core.calibration.Calibrations.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.sparsify.Sampled;
import dev.amalgam.core.sparsify.Scores;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which entries are kept. */
class ExpertSparsifiersTest {

  @ParameterizedTest
  @CsvSource({"ELEMENT, IMPORTANCE", "ELEMENT, MAGNITUDE", "TENSOR, IMPORTANCE"})
  void theLargestAreKept(Level level, Select select) {
    SyntheticExpert expert = new SyntheticExpert(3);
    Calibration calibration =
        calibrate(
            2,
            new CalibrationSettings(
                level, Double.POSITIVE_INFINITY, 1, select, 0, Rescale.NONE, false),
            expert.scored(level, SyntheticExpert.everywhere(0.25)));
    float leastOfAll = Float.POSITIVE_INFINITY;
    float mostOfAll = 0;
    for (String tensor : SyntheticExpert.tensors()) {
      float[] kept = kept(calibration, 0, expert, tensor);
      float least = Float.POSITIVE_INFINITY;
      float most = 0;
      for (int i = 0; i < kept.length; i++) {
        float value =
            select == Select.IMPORTANCE
                ? expert.scores(tensor)[i]
                : Math.abs(expert.delta(tensor)[i]);
        if (kept[i] != 0) {
          assertEquals(expert.delta(tensor)[i], kept[i]);
          least = Math.min(least, value);
        } else {
          most = Math.max(most, value);
        }
      }
      assertTrue(least >= most || level == Level.ELEMENT, tensor);
      leastOfAll = Math.min(leastOfAll, least);
      mostOfAll = Math.max(mostOfAll, most);
    }
    assertTrue(leastOfAll >= mostOfAll || level != Level.ELEMENT);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.2", "0.5, 0.2", "1, 0.2", "1, 0.9", "0.5, 0.9", "1, 0.999", "0.99, 0.0001"})
  void samplingSpendsTheBudgetInExpectation(double alpha, double density) {
    for (double zeros : new double[] {0, 0.3, 0.95, 1}) {
      SyntheticExpert expert = new SyntheticExpert(12);
      Random random = new Random(1);
      for (String tensor : SyntheticExpert.tensors()) {
        for (int i = 0; i < expert.scores(tensor).length; i++) {
          if (random.nextDouble() < zeros) {
            expert.scores(tensor)[i] = 0;
          }
        }
      }
      assertEquals(density, expectedShare(expert, alpha, density), 1e-9, zeros + " of zeros");
    }
  }

  @Test
  void samplingSpendsTheBudgetWhereNearlyAllIsSure() {
    SyntheticExpert expert = new SyntheticExpert(13);
    for (String tensor : SyntheticExpert.tensors()) {
      // Of all scores of one bin of the histogram nearly the largest, and few far smaller ones.
      Arrays.fill(expert.scores(tensor), 1.0077f);
      expert.scores(tensor)[0] = 1e-30f;
    }
    assertEquals(0.999, expectedShare(expert, 1, 0.999), 1e-9);
  }

  private static double expectedShare(SyntheticExpert expert, double alpha, double density) {
    CalibrationSettings settings =
        new CalibrationSettings(Level.ELEMENT, 1, 1, Select.SAMPLE, alpha, Rescale.INVERSE, false);
    try (var workers = new Workers<>(2, _ -> new Block(Kernels.get(), Scan.CHUNK, 1))) {
      var result =
          ExpertSparsifiers.of(
              WeighedExpert.unweighed(
                  expert.scored(Level.ELEMENT, SyntheticExpert.everywhere(density))),
              settings,
              Optional.empty(),
              workers);
      double sum = 0;
      for (String tensor : SyntheticExpert.tensors()) {
        Sampled sampled =
            assertInstanceOf(
                Sampled.class,
                result.sparsifiers().get(tensor).of(Scores.OF_DELTA, (_, _, _) -> {}));
        for (float score : expert.scores(tensor)) {
          sum += sampled.rates().keep(score);
        }
      }
      return sum / SyntheticExpert.elements();
    }
  }

  @Test
  void aFactorPerExpertKeepsTheSumOfScores() {
    SyntheticExpert expert = new SyntheticExpert(14);
    Calibration calibration =
        calibrate(
            2,
            new CalibrationSettings(
                Level.ELEMENT, 1, 1, Select.IMPORTANCE, 0, Rescale.IMPORTANCE, false),
            expert.scored(Level.ELEMENT, SyntheticExpert.everywhere(0.1)));
    double all = 0;
    double left = 0;
    for (String tensor : SyntheticExpert.tensors()) {
      float[] kept = kept(calibration, 0, expert, tensor);
      for (int i = 0; i < kept.length; i++) {
        all += expert.scores(tensor)[i];
        left += kept[i] != 0 ? expert.scores(tensor)[i] : 0;
      }
    }
    assertEquals(
        all / left,
        calibration.of("one").orElseThrow().sparsifier(0, (_, _, _) -> {}).scale(),
        1e-5);
  }
}
