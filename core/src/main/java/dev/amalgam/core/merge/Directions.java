package dev.amalgam.core.merge;

/**
 * Vectors as directions and lengths, known by their inner products alone. A combination of the
 * directions is given by its coefficients. The direction of a zero vector is zero.
 */
final class Directions {

  private final double[] lengths;
  private final double[][] cosines;

  private Directions(double[] lengths, double[][] cosines) {
    this.lengths = lengths;
    this.cosines = cosines;
  }

  /** Returns the directions of vectors with these inner products. */
  static Directions of(double[][] products) {
    int count = products.length;
    double[] lengths = new double[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = Math.sqrt(products[i][i]);
    }
    Directions directions = new Directions(lengths, new double[count][count]);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        directions.cosines[i][j] =
            products[i][j] * directions.inverseLength(i) * directions.inverseLength(j);
      }
    }
    return directions;
  }

  int count() {
    return lengths.length;
  }

  /** Returns the length of vector {@code i}. */
  double length(int i) {
    return lengths[i];
  }

  /** Returns what makes a unit vector of vector {@code i}; 0 for a zero vector. */
  double inverseLength(int i) {
    return lengths[i] == 0 ? 0 : 1 / lengths[i];
  }

  /** Returns the cosine of the angle between vectors {@code i} and {@code j}; 0 if one is zero. */
  double cosine(int i, int j) {
    return cosines[i][j];
  }

  /** Returns the inner product of direction {@code i} with a combination. */
  double project(int i, double[] combination) {
    double sum = 0;
    for (int j = 0; j < combination.length; j++) {
      sum += cosines[i][j] * combination[j];
    }
    return sum;
  }

  /** Returns the length of a combination. */
  double norm(double[] combination) {
    double squares = 0;
    for (int i = 0; i < combination.length; i++) {
      squares += combination[i] * project(i, combination);
    }
    // Rounding may leave less than nothing of a combination that vanishes; a NaN must stay one.
    return squares < 0 ? 0 : Math.sqrt(squares);
  }
}
