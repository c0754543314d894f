package dev.amalgam.job;

import java.util.Arrays;

/** The entries of a delta whose magnitude equals that of the last one that a density keeps. */
final class TiedEntries {

  private final float[] magnitudes;
  private final float threshold;

  TiedEntries(float[] model, float[] base, double density) {
    magnitudes = new float[model.length];
    for (int i = 0; i < model.length; i++) {
      magnitudes[i] = Math.abs(model[i] - base[i]);
    }
    float[] rising = magnitudes.clone();
    Arrays.sort(rising);
    threshold = rising[rising.length - (int) (density * rising.length)];
  }

  boolean contains(int index) {
    return magnitudes[index] == threshold;
  }
}
