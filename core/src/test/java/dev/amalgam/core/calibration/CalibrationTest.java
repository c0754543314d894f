package dev.amalgam.core.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {

  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static CalibrationSettings settings(
      Level level, double tau1, Select select, Rescale rescale) {
    return new CalibrationSettings(level, tau1, 0.5, select, 0.5, rescale, true);
  }

  private static Calibration calibrate(
      int threads, CalibrationSettings settings, ScoredExpert... experts) {
    try (var workers = new Workers<>(threads, _ -> new ReadBuffer(Kernels.get()))) {
      return Calibration.of(List.of(experts), settings, workers);
    }
  }

  /** Returns what is left of a delta, in blocks as an executor makes them. */
  private static float[] kept(
      Calibration calibration, int expert, SyntheticExpert model, String tensor) {
    TensorCalibration found = calibration.of(tensor).orElseThrow();
    float[] delta = model.delta(tensor).clone();
    int length = (int) (Math.max(1, 5000 / found.unit()) * found.unit());
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      for (int from = 0; from < delta.length; from += length) {
        int count = Math.min(length, delta.length - from);
        float[] block = Arrays.copyOfRange(delta, from, from + count);
        int[] draws = new Random(from).ints(count).toArray();
        found.select(expert, block, draws, from, count, buffer);
        System.arraycopy(block, 0, delta, from, count);
      }
    }
    for (int i = 0; i < delta.length; i++) {
      delta[i] *= found.factor(expert);
    }
    return delta;
  }

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
    for (Select select : List.of(Select.MAGNITUDE, Select.IMPORTANCE)) {
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
  @CsvSource({"ELEMENT, IMPORTANCE", "ELEMENT, MAGNITUDE", "TENSOR, IMPORTANCE"})
  void theLargestAreKept(Level level, Select select) {
    SyntheticExpert expert = new SyntheticExpert(3);
    Calibration calibration =
        calibrate(
            2,
            new CalibrationSettings(level, INFINITE, 1, select, 0, Rescale.NONE, false),
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
            float[][] deltas = {
              expert.delta("norm.weight").clone(), expert.delta("norm.weight").clone()
            };
            try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
              calibration.of("norm.weight").orElseThrow().weigh(deltas, 0, 16, buffer);
            }
            assertArrayEquals(expert.delta("norm.weight"), deltas[0], 1e-6f);
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
        float[] due = weighed(before, expert, other, tensor)[0];
        float[] actual = weighed(after, scaled, other, tensor)[0];
        for (int i = 0; i < due.length; i++) {
          assertEquals(4 * due[i], actual[i], 1e-5 * Math.abs(due[i]));
        }
      }
    }
  }

  private static float[][] weighed(
      Calibration calibration, SyntheticExpert first, SyntheticExpert second, String tensor) {
    float[][] deltas = {kept(calibration, 0, first, tensor), kept(calibration, 1, second, tensor)};
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      calibration.of(tensor).orElseThrow().weigh(deltas, 0, deltas[0].length, buffer);
    }
    return deltas;
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
          float[][] due = weighed(one, a, b, tensor);
          assertArrayEquals(due, weighed(more, a, b, tensor));
          float[][] turned = weighed(swapped, b, a, tensor);
          assertArrayEquals(due[0], turned[1], 1e-6f);
          assertArrayEquals(due[1], turned[0], 1e-6f);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Level.class,
      names = {"ELEMENT"},
      mode = EnumSource.Mode.EXCLUDE)
  void scoresOfEntriesAddUpToThoseOfPartitions(Level level) {
    SyntheticExpert expert = new SyntheticExpert(11);
    Map<String, Double> density = SyntheticExpert.everywhere(0.5);
    try (var workers = new Workers<>(2, _ -> new ReadBuffer(Kernels.get()))) {
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
              expert.scored(Level.ELEMENT, SyntheticExpert.everywhere(density)),
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
