package dev.amalgam.job.report;

import dev.amalgam.io.importance.SidecarMetadata;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a report tells of one sidecar.
 *
 * @param label what the report calls it
 * @param path where it is
 * @param metadata how the scores came about
 * @param partitions the number of its partitions
 * @param parameters the number of their parameters
 * @param names how many tensors or groups have scores
 * @param largest those of the largest scores
 * @param importance by layer and part: the mean magnitudes of the scores of its names, added
 * @param curve which share of importance a share of the parameters keeps
 * @param drops for each density how the drop rates of parameters are distributed
 */
record SidecarSummary(
    String label,
    String path,
    SidecarMetadata metadata,
    long partitions,
    long parameters,
    int names,
    List<NamedScore> largest,
    SortedMap<Place, Double> importance,
    BudgetCurve curve,
    List<Distribution> drops) {

  private static final int LARGEST = 20;

  /**
   * A tensor, or a group of tensors.
   *
   * @param name its name
   * @param magnitude the mean over examples of the magnitude of its score
   */
  record NamedScore(String name, double magnitude) {}

  /**
   * Summarises a sidecar.
   *
   * @param rates for each density the drop rate of each bin
   */
  static SidecarSummary of(ScoreFile file, ScoreBins bins, double[][] rates) {
    List<NamedScore> largest =
        file.scoredNames().stream()
            .map(name -> new NamedScore(name, file.magnitude(name)))
            .sorted(Comparator.comparingDouble(score -> -score.magnitude()))
            .limit(LARGEST)
            .toList();
    List<Distribution> drops =
        java.util.Arrays.stream(rates)
            .map(
                of -> {
                  Distribution distribution = new Distribution(1);
                  for (int i = 0; i < of.length; i++) {
                    distribution.add(of[i], bins.sizes()[i]);
                  }
                  return distribution;
                })
            .toList();
    return new SidecarSummary(
        file.label(),
        file.path().toString(),
        file.metadata(),
        file.partitions(),
        file.parameters(),
        file.scoredNames().size(),
        largest,
        importance(file),
        BudgetCurve.of(bins),
        drops);
  }

  private static SortedMap<Place, Double> importance(ScoreFile file) {
    SortedMap<Place, Double> sums = new TreeMap<>(Place.ORDER);
    for (String name : file.scoredNames()) {
      sums.merge(Place.of(name), file.magnitude(name), Double::sum);
    }
    return sums;
  }
}
