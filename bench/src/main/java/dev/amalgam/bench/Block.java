package dev.amalgam.bench;

import java.util.Random;

/** The block that streaming kernels work on: as large as the ones of a merge. */
final class Block {

  static final int SIZE = 32768;

  private Block() {}

  /** Returns numbers distributed as weights are. */
  static float[] weights(long seed) {
    Random random = new Random(seed);
    float[] weights = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      weights[i] = (float) random.nextGaussian() * 0.05f;
    }
    return weights;
  }

  /** Returns numbers spread as activations before their function are, a deviation of 3. */
  static float[] activations(long seed) {
    float[] activations = weights(seed);
    for (int i = 0; i < SIZE; i++) {
      activations[i] *= 60;
    }
    return activations;
  }
}
