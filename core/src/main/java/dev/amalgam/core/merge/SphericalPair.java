package dev.amalgam.core.merge;

/**
 * The factors of two vectors in their spherical interpolation: {@code sin((1−t)θ)/sin θ} and {@code
 * sin(tθ)/sin θ}, with θ the angle between them, 90° where one of them is zero. Where they are
 * parallel or opposite (1 − |cos θ| &lt; 1e-8), {@code 1 − t} and {@code t}: for parallel vectors
 * the limit, to float32.
 *
 * @param first the factor of the vector at {@code t} = 0
 * @param second the factor of the vector at {@code t} = 1
 */
record SphericalPair(double first, double second) {

  private static final double PARALLEL = 1 - 1e-8;

  /**
   * Returns the factors.
   *
   * @param t the place between the vectors
   * @param aa the squared norm of the first
   * @param ab their inner product
   * @param bb the squared norm of the second
   */
  static SphericalPair of(double t, double aa, double ab, double bb) {
    double norms = Math.sqrt(aa) * Math.sqrt(bb);
    double cosine = norms == 0 ? 0 : ab / norms;
    if (Math.abs(cosine) > PARALLEL) {
      return new SphericalPair(1 - t, t);
    }
    double angle = StrictMath.acos(cosine);
    double sine = StrictMath.sin(angle);
    return new SphericalPair(
        StrictMath.sin((1 - t) * angle) / sine, StrictMath.sin(t * angle) / sine);
  }
}
