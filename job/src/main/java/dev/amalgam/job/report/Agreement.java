package dev.amalgam.job.report;

import dev.amalgam.core.importance.Level;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How much two sidecars of one expert agree.
 *
 * @param first what the report calls one
 * @param second what the report calls the other
 * @param on by what they were compared
 * @param count how many values of each were compared
 * @param correlation Spearman's rank correlation; NaN where there are fewer than two values or all
 *     of one are equal
 */
record Agreement(String first, String second, String on, int count, double correlation) {

  /** The most partitions that are ranked; of more, every second, third, … is taken. */
  static final int MOST = 1 << 20;

  static Agreement of(ScoreFile first, ScoreFile second) {
    Level one = first.metadata().level();
    Level other = second.metadata().level();
    return one == other ? byPartitions(first, second) : byNames(first, second, one, other);
  }

  private static Agreement byPartitions(ScoreFile first, ScoreFile second) {
    var names = ScoreFile.common(java.util.List.of(first, second));
    long all = names.stream().mapToLong(first::count).sum();
    long stride = Math.max(1, (all + MOST - 1) / MOST);
    int count = (int) ((all + stride - 1) / stride);
    double[] x = new double[count];
    double[] y = new double[count];
    float[] a = new float[ScoreFile.CHUNK];
    float[] b = new float[ScoreFile.CHUNK];
    long position = 0;
    for (String name : names) {
      for (long from = 0; from < first.count(name); ) {
        int length = first.read(name, from, a);
        second.read(name, from, b);
        for (int i = 0; i < length; i++, position++) {
          if (position % stride == 0) {
            x[(int) (position / stride)] = a[i];
            y[(int) (position / stride)] = b[i];
          }
        }
        from += length;
      }
    }
    String level = first.metadata().level().word();
    return new Agreement(
        first.label(),
        second.label(),
        stride == 1 ? level : level + ", one of " + stride,
        count,
        spearman(x, y));
  }

  /** Groups have names of their own, which the places of tensors stand for. */
  private static Agreement byNames(ScoreFile first, ScoreFile second, Level one, Level other) {
    Level coarser = one.compareTo(other) < 0 ? one : other;
    Map<String, Double> a = magnitudes(first, coarser);
    Map<String, Double> b = magnitudes(second, coarser);
    a.keySet().retainAll(b.keySet());
    b.keySet().retainAll(a.keySet());
    return new Agreement(
        first.label(),
        second.label(),
        (coarser.isGroup() ? coarser : Level.TENSOR).word(),
        a.size(),
        spearman(values(a), values(b)));
  }

  private static double[] values(Map<String, Double> map) {
    return map.values().stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Map<String, Double> magnitudes(ScoreFile file, Level level) {
    Map<String, Double> sums = new TreeMap<>();
    for (String name : file.scoredNames()) {
      Place place = Place.of(name);
      String key =
          switch (level) {
            case MODEL -> "model";
            case LAYER -> place.column();
            case MODULE -> place.column() + " " + place.part().word();
            default -> name;
          };
      sums.merge(key, file.magnitude(name), Double::sum);
    }
    return sums;
  }

  /** Returns Spearman's rank correlation, equals sharing the mean of their ranks. */
  static double spearman(double[] x, double[] y) {
    return x.length < 2 ? Double.NaN : new SpearmansCorrelation().correlation(x, y);
  }
}
