package dev.amalgam.core.calibration;

import static dev.amalgam.core.calibration.Calibrations.calibrate;
import static dev.amalgam.core.calibration.Calibrations.kept;
import static dev.amalgam.core.calibration.Calibrations.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which entries are kept. */
class SelectionTest {

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
  @ValueSource(ints = {16, 24, 257})
  void theLargestOfEachRowAreKept(int length) {
    Random random = new Random(4);
    float[] delta = new float[3 * length];
    for (int i = 0; i < delta.length; i++) {
      delta[i] = random.nextInt(1, 9) * (random.nextBoolean() ? 1 : -1);
    }
    int[] keep = {0, length / 3, length};
    float[] kept = delta.clone();
    new TopOfRows(keep, length, new float[] {9, 2, 1}, false)
        .apply(kept, new float[0], new int[0], 0, kept.length);
    for (int row = 0; row < 3; row++) {
      float[] all = Arrays.copyOfRange(delta, row * length, (row + 1) * length);
      float[] left = Arrays.copyOfRange(kept, row * length, (row + 1) * length);
      double[] due =
          IntStream.range(0, length).mapToDouble(i -> -Math.abs(all[i])).sorted().toArray();
      double[] actual =
          IntStream.range(0, length).mapToDouble(i -> -Math.abs(left[i])).sorted().toArray();
      float factor = row == 1 ? 2 : 1;
      for (int i = 0; i < length; i++) {
        assertEquals(i < keep[row] ? factor * due[i] : 0, actual[i], 0.0);
      }
    }
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
    try (var workers = new Workers<>(2, _ -> new ReadBuffer(Kernels.get()))) {
      var result =
          ExpertSelections.of(
              new WeighedExpert(
                  expert.scored(Level.ELEMENT, SyntheticExpert.everywhere(density)),
                  0,
                  Optional.empty()),
              settings,
              Optional.empty(),
              workers);
      double sum = 0;
      for (String tensor : SyntheticExpert.tensors()) {
        Sampled sampled = (Sampled) result.selections().get(tensor);
        for (float score : expert.scores(tensor)) {
          sum += sampled.keep(score);
        }
      }
      return sum / SyntheticExpert.elements();
    }
  }

  @Test
  void whatIsKeptWithProbabilityOneIsAlwaysKept() {
    assertTrue(RandomKeep.isKept(-1, 1));
    assertTrue(RandomKeep.isKept(0, 1e-30f));
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
    assertEquals(all / left, calibration.of("one").orElseThrow().factor(0), 1e-5);
  }
}
