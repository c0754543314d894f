package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.Arrays;
import java.util.List;

/** Calibrations of synthetic experts, and what they make of their deltas. */
final class Calibrations {

  private Calibrations() {}

  static CalibrationSettings settings(Level level, double tau1, Select select, Rescale rescale) {
    return new CalibrationSettings(level, tau1, 0.5, select, 0.5, rescale, true);
  }

  static Calibration calibrate(int threads, CalibrationSettings settings, ScoredExpert... experts) {
    return Calibration.of(List.of(experts), settings, threads, Kernels.get());
  }

  /** Returns what is left of a weighted delta, in blocks as an executor makes them. */
  static float[] kept(Calibration calibration, int expert, SyntheticExpert model, String tensor) {
    TensorCalibration found = calibration.of(tensor).orElseThrow();
    Sparsifier sparsifier =
        found.sparsifier(expert, new CounterDraws(Kernels.get().delta(), 1, tensor, 0));
    float[] delta = model.delta(tensor).clone();
    int length = (int) (Math.max(1, 5000 / sparsifier.unit()) * sparsifier.unit());
    try (Block block = new Block(Kernels.get(), length, 1)) {
      for (int from = 0; from < delta.length; from += length) {
        int count = Math.min(length, delta.length - from);
        block.moveTo(from / length, from, count);
        float[] part = Arrays.copyOfRange(delta, from, from + count);
        found.weigh(expert, part, block);
        sparsifier.apply(part, block);
        System.arraycopy(part, 0, delta, from, count);
      }
    }
    for (int i = 0; i < delta.length; i++) {
      delta[i] *= sparsifier.scale();
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
