package dev.amalgam.core.merge;

import dev.amalgam.core.decomposition.Cholesky;
import dev.amalgam.core.decomposition.LinearCombination;
import dev.amalgam.core.evidence.InputGram;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import java.util.Arrays;
import java.util.List;

/**
 * The regression of linear maps that read the same states: with the second moments G of these at
 * each expert t, and its weight v, the merged delta is
 *
 * <pre>
 * R = (Σ Δ·A) S⁻¹    A = v·G + ρ/T·I    S = Σ A
 * </pre>
 *
 * in float64. In memory is the Cholesky factor of S, half a matrix; A is read and worked out when
 * it is asked for.
 */
final class InputRegression {

  private static final int AT_ONCE = 8;

  private final Settings settings;
  private final List<Weight> grams;
  private final double shift;
  private final Cholesky factor;

  /**
   * What a regression depends on beside the second moments.
   *
   * @param inputs the name of the table of second moments
   * @param size of how many of the values, the first ones, moments are taken
   * @param weights v of each expert
   * @param alpha by what second moments off the diagonal are multiplied
   * @param ridge ρ, as a share of the mean of the diagonal of Σ v·G
   */
  record Settings(String inputs, int size, List<Double> weights, double alpha, double ridge) {

    /** Copies the list. */
    Settings {
      weights = List.copyOf(weights);
    }
  }

  /**
   * Works out the factor.
   *
   * @param grams the second moments at each expert, as {@link InputGram} has them
   * @throws ArithmeticException if S is not positive definite
   */
  InputRegression(Settings settings, List<Weight> grams, Workers<ReadBuffer> readers) {
    this.settings = settings;
    this.grams = List.copyOf(grams);
    double[][] sums = new double[settings.size()][];
    readers.run(
        Math.ceilDiv(sums.length, AT_ONCE),
        (buffer, piece) -> {
          int end = Math.min(sums.length, (piece + 1) * AT_ONCE);
          float[] stored = new float[end];
          for (int i = piece * AT_ONCE; i < end; i++) {
            sums[i] = new double[i + 1];
            for (int expert = 0; expert < grams.size(); expert++) {
              addRow(expert, i, sums[i], stored, buffer);
            }
          }
        });
    double trace = 0;
    for (int i = 0; i < sums.length; i++) {
      trace += sums[i][i];
    }
    // An expert of a mixture that no token chose has seen nothing: the pull is all there is.
    double rho = trace == 0 ? 1 : settings.ridge() * trace / sums.length;
    for (int i = 0; i < sums.length; i++) {
      sums[i][i] += rho;
    }
    this.shift = rho / grams.size();
    this.factor = Cholesky.of(sums, readers);
  }

  /** Returns what the regression depends on. */
  Settings settings() {
    return settings;
  }

  /** Returns the number of values that the moments are of. */
  int size() {
    return settings.size();
  }

  /**
   * Adds entries (i, 0) to (i, i) of an expert's v·G.
   *
   * @param stored room for them
   */
  private void addRow(int expert, int i, double[] row, float[] stored, ReadBuffer buffer) {
    grams.get(expert).read(InputGram.start(i), i + 1, stored, 0, buffer);
    double weight = settings.weights().get(expert);
    for (int j = 0; j < i; j++) {
      row[j] += weight * settings.alpha() * stored[j];
    }
    row[i] += weight * stored[i];
  }

  /**
   * Adds A·X of an expert to {@code sums}.
   *
   * @param x row i holds row i of X, for {@link #size} rows of one length
   */
  void multiply(int expert, double[][] x, double[][] sums, ReadBuffer buffer) {
    int columns = x[0].length;
    double[][] rows = new double[AT_ONCE][size()];
    float[] stored = new float[size()];
    double[] column = new double[AT_ONCE];
    for (int start = 0; start < size(); start += AT_ONCE) {
      int count = Math.min(AT_ONCE, size() - start);
      for (int r = 0; r < count; r++) {
        int i = start + r;
        Arrays.fill(rows[r], 0, i + 1, 0);
        addRow(expert, i, rows[r], stored, buffer);
        rows[r][i] += shift;
        LinearCombination.add(sums[i], 0, columns, 1, rows[r], 0, x, 0, i + 1);
      }
      // And what is above the diagonal, which is what is below it.
      for (int j = 0; j < start + count; j++) {
        int first = Math.max(0, j + 1 - start);
        for (int r = first; r < count; r++) {
          column[r] = rows[r][j];
        }
        LinearCombination.add(
            sums[j], 0, columns, 1, column, first, x, start + first, count - first);
      }
    }
  }

  /** Replaces X by S⁻¹·X. */
  void solve(double[][] x) {
    factor.solve(x);
  }
}
