package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Calibrations of synthetic experts, and what they make of their deltas. */
final class Calibrations {

  private Calibrations() {}

  static CalibrationSettings settings(Level level, double tau1, Select select, Rescale rescale) {
    return new CalibrationSettings(level, tau1, 0.5, select, 0.5, rescale, true);
  }

  static Calibration calibrate(int threads, CalibrationSettings settings, ScoredExpert... experts) {
    try (var workers = new Workers<>(threads, _ -> new ReadBuffer(Kernels.get()))) {
      return Calibration.of(List.of(experts), settings, workers);
    }
  }

  /** Returns what is left of a weighted delta, in blocks as an executor makes them. */
  static float[] kept(Calibration calibration, int expert, SyntheticExpert model, String tensor) {
    TensorCalibration found = calibration.of(tensor).orElseThrow();
    float[] delta = model.delta(tensor).clone();
    int length = (int) (Math.max(1, 5000 / found.unit()) * found.unit());
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      for (int from = 0; from < delta.length; from += length) {
        int count = Math.min(length, delta.length - from);
        float[] block = Arrays.copyOfRange(delta, from, from + count);
        int[] draws = new Random(from).ints(count).toArray();
        found.weigh(expert, block, from, count, buffer);
        found.select(expert, block, draws, from, count, buffer);
        System.arraycopy(block, 0, delta, from, count);
      }
    }
    for (int i = 0; i < delta.length; i++) {
      delta[i] *= found.factor(expert);
    }
    return delta;
  }

  static float[][] kept(
      Calibration calibration, SyntheticExpert first, SyntheticExpert second, String tensor) {
    return new float[][] {
      kept(calibration, 0, first, tensor), kept(calibration, 1, second, tensor)
    };
  }
}
