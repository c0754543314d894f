package dev.amalgam.core.layer;

/**
 * Rotary position embedding (Su et al., arXiv 2104.09864) in the layout of the transformers
 * library: the first half of each head is rotated with the second, pair i at position p by the
 * angle {@code p·frequency[i]}. As there, frequencies and angles are float32; cosine and sine are
 * worked out in float64 and rounded.
 */
public final class Rotary {

  private final float[] frequencies;
  private volatile Table table;

  private record Table(int positions, float[] cosines, float[] sines) {}

  /**
   * Creates the rotation.
   *
   * @param frequencies the angle per position of each pair; half as many as a head has values
   */
  public Rotary(float[] frequencies) {
    this.frequencies = frequencies.clone();
    this.table = new Table(0, new float[0], new float[0]);
  }

  /**
   * Returns the frequencies {@code base^(−2i/headSize)}, each rounded to float32.
   *
   * @param headSize the number of values in a head, even
   * @param base usually called theta
   */
  public static float[] frequencies(int headSize, double base) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      // The exponent and the power are float32 in the original.
      float power = (float) StrictMath.pow((float) base, (float) (2 * i) / headSize);
      frequencies[i] = 1 / power;
    }
    return frequencies;
  }

  /** Returns the number of values in a head. */
  int headSize() {
    return 2 * frequencies.length;
  }

  /**
   * Rotates every head of every row, in place.
   *
   * @param x rows of heads
   * @param positions the position of each row
   * @param backwards whether to rotate by the negative angle, which takes gradients back
   */
  void rotate(States x, int[] positions, boolean backwards, Pass pass) {
    Table angles = table(positions);
    int half = frequencies.length;
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            int angle = positions[row] * half;
            for (int head = 0; head < x.width(); head += 2 * half) {
              if (backwards) {
                rotateBack(x.data(), x.at(row) + head, half, angles, angle);
              } else {
                rotate(x.data(), x.at(row) + head, half, angles, angle);
              }
            }
          }
        });
  }

  private static void rotate(float[] x, int at, int half, Table angles, int angle) {
    for (int i = 0; i < half; i++) {
      float cosine = angles.cosines[angle + i];
      float sine = angles.sines[angle + i];
      float first = x[at + i];
      float second = x[at + half + i];
      x[at + i] = first * cosine - second * sine;
      x[at + half + i] = second * cosine + first * sine;
    }
  }

  private static void rotateBack(float[] x, int at, int half, Table angles, int angle) {
    for (int i = 0; i < half; i++) {
      float cosine = angles.cosines[angle + i];
      float sine = angles.sines[angle + i];
      float first = x[at + i];
      float second = x[at + half + i];
      x[at + i] = first * cosine + second * sine;
      x[at + half + i] = second * cosine - first * sine;
    }
  }

  // Kept for the next batch; threads that come at the same time may make the same table twice.
  private Table table(int[] positions) {
    int most = 0;
    for (int position : positions) {
      most = Math.max(most, position);
    }
    Table known = table;
    if (most < known.positions()) {
      return known;
    }
    // Room for more, so that a text that grows token by token does not make a table for each.
    int count = Math.max(most + 1, 2 * known.positions());
    int half = frequencies.length;
    float[] cosines = new float[Math.multiplyExact(count, half)];
    float[] sines = new float[cosines.length];
    for (int position = 0; position < count; position++) {
      for (int i = 0; i < half; i++) {
        float angle = position * frequencies[i];
        cosines[position * half + i] = (float) StrictMath.cos(angle);
        sines[position * half + i] = (float) StrictMath.sin(angle);
      }
    }
    Table grown = new Table(count, cosines, sines);
    table = grown;
    return grown;
  }
}
