package dev.amalgam.core.calibration;

import static dev.amalgam.core.calibration.Calibrations.calibrate;
import static dev.amalgam.core.calibration.Calibrations.kept;
import static dev.amalgam.core.calibration.Calibrations.settings;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.CheckpointException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {

  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static long count(Calibration calibration, SyntheticExpert model) {
    long count = 0;
    for (String tensor : SyntheticExpert.tensors()) {
      for (float x : kept(calibration, 0, model, tensor)) {
        assertTrue(Float.isFinite(x), tensor);
        count += x != 0 ? 1 : 0;
      }
    }
    return count;
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void theBudgetIsExactAtEveryLevel(Level level) {
    SyntheticExpert expert = new SyntheticExpert(1);
    for (Select select : List.of(Select.MAGNITUDE, Select.TRIM, Select.IMPORTANCE)) {
      for (double tau1 : new double[] {1e-9, 0.3, 1e300, INFINITE}) {
        for (double density : new double[] {1e-4, 0.2, 0.999}) {
          Calibration calibration =
              calibrate(
                  1,
                  settings(level, tau1, select, Rescale.INVERSE),
                  expert.scored(level, SyntheticExpert.everywhere(density)));
          assertEquals(
              Math.round(density * SyntheticExpert.elements()),
              count(calibration, expert),
              select + " " + tau1 + " " + density);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void theBudgetOfDifferentDensitiesIsTheirSum(Level level) {
    SyntheticExpert expert = new SyntheticExpert(2);
    Map<String, Double> density = SyntheticExpert.everywhere(0.3);
    density.put("conv.weight", 1.0);
    density.put("a.weight", 0.0);
    double budget = 0.3 * (SyntheticExpert.elements() - 2 * 16 * 24) + 16 * 24;
    Calibration calibration =
        calibrate(
            2,
            settings(level, 0.3, Select.IMPORTANCE, Rescale.NONE),
            expert.scored(level, density));
    assertEquals(Math.round(budget), count(calibration, expert));
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void everythingAndNothing(Level level) {
    SyntheticExpert expert = new SyntheticExpert(5);
    for (Select select : Select.values()) {
      for (Rescale rescale : Rescale.values()) {
        CalibrationSettings settings = settings(level, 0.3, select, rescale);
        Calibration all =
            calibrate(1, settings, expert.scored(level, SyntheticExpert.everywhere(1)));
        Calibration none =
            calibrate(1, settings, expert.scored(level, SyntheticExpert.everywhere(0)));
        for (String tensor : SyntheticExpert.tensors()) {
          assertArrayEquals(expert.delta(tensor), kept(all, 0, expert, tensor));
          float[] nothing = kept(none, 0, expert, tensor);
          assertArrayEquals(new float[nothing.length], nothing);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Select.class)
  void numbersStayFiniteWhateverTheTemperaturesAndWhereNothingIsImportant(Select select) {
    for (float scale : new float[] {0, 1e-30f, 1e20f}) {
      SyntheticExpert expert = new SyntheticExpert(6).scaled(1, scale);
      for (Level level : List.of(Level.ROW, Level.ELEMENT, Level.MODEL)) {
        for (double tau : new double[] {1e-9, 1e300}) {
          for (Rescale rescale : List.of(Rescale.INVERSE, Rescale.IMPORTANCE)) {
            CalibrationSettings settings =
                new CalibrationSettings(level, tau, tau, select, 1, rescale, true);
            ScoredExpert scored = expert.scored(level, SyntheticExpert.everywhere(0.1));
            Calibration calibration = calibrate(1, settings, scored, scored);
            double share = (double) count(calibration, expert) / SyntheticExpert.elements();
            assertEquals(0.1, share, 0.01, level + " " + tau + " " + rescale + " × " + scale);
            // Equal experts have equal weights.
            float[] delta = expert.delta("norm.weight").clone();
            try (Block block = new Block(Kernels.get(), 16, 1)) {
              block.moveTo(0, 0, 16);
              calibration.of("norm.weight").orElseThrow().weigh(0, delta, block);
            }
            assertArrayEquals(expert.delta("norm.weight"), delta, 1e-6f);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Select.class)
  void theScaleOfLossAndDeltaDoesNotMatter(Select select) {
    SyntheticExpert expert = new SyntheticExpert(7);
    SyntheticExpert other = new SyntheticExpert(8);
    SyntheticExpert scaled = new SyntheticExpert(7).scaled(4, 64);
    for (Level level : List.of(Level.ROW, Level.ELEMENT)) {
      CalibrationSettings settings = settings(level, 0.3, select, Rescale.CAPPED);
      Map<String, Double> density = SyntheticExpert.everywhere(0.3);
      Calibration before =
          calibrate(1, settings, expert.scored(level, density), other.scored(level, density));
      Calibration after =
          calibrate(1, settings, scaled.scored(level, density), other.scored(level, density));
      for (String tensor : SyntheticExpert.tensors()) {
        float[] due = kept(before, expert, other, tensor)[0];
        float[] actual = kept(after, scaled, other, tensor)[0];
        for (int i = 0; i < due.length; i++) {
          assertEquals(4 * due[i], actual[i], 1e-5 * Math.abs(due[i]));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Select.class)
  void neitherThreadsNorTheOrderOfExpertsMatter(Select select) {
    SyntheticExpert a = new SyntheticExpert(9);
    SyntheticExpert b = new SyntheticExpert(10);
    for (Level level : List.of(Level.LAYER, Level.ROW, Level.COLUMN, Level.ELEMENT)) {
      CalibrationSettings settings = settings(level, 0.3, select, Rescale.IMPORTANCE);
      ScoredExpert ofA = a.scored(level, SyntheticExpert.everywhere(0.2));
      ScoredExpert ofB = b.scored(level, SyntheticExpert.everywhere(0.4));
      Calibration one = calibrate(1, settings, ofA, ofB);
      Calibration swapped = calibrate(1, settings, ofB, ofA);
      for (int threads = 2; threads <= 3; threads++) {
        Calibration more = calibrate(threads, settings, ofA, ofB);
        for (String tensor : SyntheticExpert.tensors()) {
          float[][] due = kept(one, a, b, tensor);
          assertArrayEquals(due, kept(more, a, b, tensor));
          float[][] turned = kept(swapped, b, a, tensor);
          assertArrayEquals(due[0], turned[1], 1e-6f);
          assertArrayEquals(due[1], turned[0], 1e-6f);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void trimmingKeepsTheLargestOfEachTensorWhateverTheLevel(Level level) {
    SyntheticExpert expert = new SyntheticExpert(14);
    Calibration calibration =
        calibrate(
            2,
            settings(level, 0.3, Select.TRIM, Rescale.NONE),
            expert.scored(level, SyntheticExpert.everywhere(0.3)));
    for (String tensor : SyntheticExpert.tensors()) {
      float[] delta = expert.delta(tensor);
      float[] kept = kept(calibration, 0, expert, tensor);
      float leastKept = Float.POSITIVE_INFINITY;
      float largestDropped = 0;
      int count = 0;
      for (int i = 0; i < delta.length; i++) {
        if (kept[i] != 0) {
          assertEquals(delta[i], kept[i]);
          leastKept = Math.min(leastKept, Math.abs(delta[i]));
          count++;
        } else {
          largestDropped = Math.max(largestDropped, Math.abs(delta[i]));
        }
      }
      assertEquals(0.3 * delta.length, count, 1, tensor);
      assertTrue(leastKept >= largestDropped, tensor);
    }
  }

  /** Where another expert has its way, nothing is kept of this one, however important it is. */
  @Test
  void whatIsKeptIsChosenOfWeightedDeltas() {
    SyntheticExpert winner = new SyntheticExpert(12);
    SyntheticExpert loser = new SyntheticExpert(13);
    for (String tensor : SyntheticExpert.tensors()) {
      Arrays.fill(winner.scores(tensor), 1);
      Arrays.fill(loser.scores(tensor), 1);
    }
    // The loser's most important entries are those that the winner wins.
    for (int i = 0; i < 1000; i++) {
      winner.scores("big.weight")[i] = 100;
      loser.scores("big.weight")[i] = 10;
    }
    CalibrationSettings settings =
        new CalibrationSettings(Level.ELEMENT, 1, 0.1, Select.IMPORTANCE, 1, Rescale.NONE, false);
    ScoredExpert first = winner.scored(Level.ELEMENT, SyntheticExpert.everywhere(0.01));
    ScoredExpert second = loser.scored(Level.ELEMENT, SyntheticExpert.everywhere(0.01));
    float[][] kept = kept(calibrate(2, settings, first, second), winner, loser, "big.weight");
    int ofWinner = 0;
    int ofLoser = 0;
    for (int i = 0; i < 1000; i++) {
      ofWinner += kept[0][i] != 0 ? 1 : 0;
      ofLoser += kept[1][i] != 0 ? 1 : 0;
    }
    assertTrue(ofWinner > 300, ofWinner + " of the winner");
    assertEquals(0, ofLoser);
    float[] alone = kept(calibrate(2, settings, second), 0, loser, "big.weight");
    int ofItself = 0;
    for (int i = 0; i < 1000; i++) {
      ofItself += alone[i] != 0 ? 1 : 0;
    }
    assertTrue(ofItself > 300, ofItself + " without another");
  }

  @ParameterizedTest
  @EnumSource(
      value = Level.class,
      names = {"ELEMENT"},
      mode = EnumSource.Mode.EXCLUDE)
  void scoresOfEntriesAddUpToThoseOfPartitions(Level level) {
    SyntheticExpert expert = new SyntheticExpert(11);
    Map<String, Double> density = SyntheticExpert.everywhere(0.5);
    try (var workers = new Workers<>(2, _ -> new Block(Kernels.get(), Scan.CHUNK, 1))) {
      var summed = PartitionImportance.of(expert.scored(level, density), workers);
      var stored = PartitionImportance.of(expert.scoredCoarsely(level, density), workers);
      assertEquals(stored.sizes(), summed.sizes());
      assertEquals(stored.total(), summed.total(), 1e-6 * stored.total());
      stored
          .importance()
          .forEach(
              (key, values) -> {
                double[] actual = summed.importance().get(key);
                for (int i = 0; i < values.length; i++) {
                  assertEquals(values[i], actual[i], 1e-6 * values[i], key);
                }
              });
      long rows = 40 + 24 + 16 + 24 + 137 + 1;
      if (level == Level.ROW) {
        // Rows of weights together with the entries of their biases.
        assertEquals(rows, stored.importance().values().stream().mapToInt(v -> v.length).sum());
        assertEquals(17, stored.sizes().get("conv.weight"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, -1, Float.POSITIVE_INFINITY})
  void scoresThatAreNoneAreNamed(float wrong) {
    SyntheticExpert expert = new SyntheticExpert(15);
    expert.scores("big.weight")[33_000] = wrong;
    for (Level level : List.of(Level.ROW, Level.ELEMENT)) {
      String message =
          assertThrows(
                  CheckpointException.class,
                  () ->
                      calibrate(
                          2,
                          settings(level, 1, Select.IMPORTANCE, Rescale.NONE),
                          expert.scored(level, SyntheticExpert.everywhere(0.1))))
              .getMessage();
      assertTrue(message.startsWith("'expert 15': a score of 'big.weight' is " + wrong), message);
      assertTrue(message.lines().count() == 1);
    }
  }
}
