package dev.amalgam.core.calibration;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.CheckpointException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of each expert's delta, and with what weight, by importance. All deltas and scores
 * are read several times, in chunks; in memory there are numbers for partitions, not for entries.
 */
public final class Calibration {

  private final Map<String, TensorCalibration> tensors = new HashMap<>();

  private Calibration() {}

  /**
   * Returns the calibration of experts of one base.
   *
   * @param experts in the order of the recipe
   * @param threads the number of worker threads; the result does not depend on it
   * @param kernels the loops to use
   * @throws CheckpointException if scores are missing or no finite numbers, or the experts do not
   *     have the same tensors
   */
  public static Calibration of(
      List<ScoredExpert> experts, CalibrationSettings settings, int threads, Kernels kernels) {
    for (ScoredExpert expert : experts) {
      if (!expert.partitions().counts().equals(experts.getFirst().partitions().counts())) {
        throw new CheckpointException(
            "%s and %s do not have the same tensors; importance decides only between experts that do"
                .formatted(
                    quote(experts.getFirst().model().expert().name()),
                    quote(expert.model().expert().name())));
      }
    }
    int capacity = capacity(experts.getFirst());
    try (var workers = new Workers<>(threads, _ -> new Block(kernels, capacity, 1))) {
      return of(experts, settings, workers);
    }
  }

  // A scan may have to see a row whole.
  private static int capacity(ScoredExpert expert) {
    return expert.tensors().stream()
        .map(tensor -> expert.partitions().shape(tensor).orElseThrow())
        .filter(shape -> shape.rank() > 1)
        .mapToInt(shape -> Math.toIntExact(shape.rowLength()))
        .reduce(Scan.CHUNK, Math::max);
  }

  private static Calibration of(
      List<ScoredExpert> experts, CalibrationSettings settings, Workers<Block> workers) {
    List<Optional<PartitionImportance>> importance = new ArrayList<>();
    for (ScoredExpert expert : experts) {
      importance.add(
          settings.level() == Level.ELEMENT
              ? Optional.empty()
              : Optional.of(PartitionImportance.of(expert, workers)));
    }
    Optional<EntryWeights> weights = weights(experts, importance, settings, workers);
    List<WeighedExpert> weighed = new ArrayList<>();
    List<ExpertSparsifiers.Result> sparsifiers = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      int number = e;
      weighed.add(new WeighedExpert(experts.get(e), e, weights, settings.magnitude()));
      Optional<PartitionImportance> own = importance.get(e).map(i -> weighed(i, weights, number));
      sparsifiers.add(ExpertSparsifiers.of(weighed.get(e), settings, own, workers));
    }
    Calibration calibration = new Calibration();
    for (String tensor : experts.getFirst().tensors()) {
      List<TensorCalibration.Kept> kept = new ArrayList<>();
      for (int e = 0; e < experts.size(); e++) {
        ExpertSparsifiers.Result own = sparsifiers.get(e);
        kept.add(
            new TensorCalibration.Kept(
                weighed.get(e), own.sparsifiers().get(tensor), own.factor(tensor)));
      }
      calibration.tensors.put(tensor, new TensorCalibration(tensor, kept));
    }
    return calibration;
  }

  private static PartitionImportance weighed(
      PartitionImportance importance, Optional<EntryWeights> weights, int expert) {
    return weights.isPresent() && weights.get() instanceof EntryWeights.OfPartitions ofPartitions
        ? importance.weighed(ofPartitions, expert)
        : importance;
  }

  /** Returns the weights of experts where they conflict; nothing if they are 1 everywhere. */
  private static Optional<EntryWeights> weights(
      List<ScoredExpert> experts,
      List<Optional<PartitionImportance>> importance,
      CalibrationSettings settings,
      Workers<Block> workers) {
    if (experts.size() == 1 || Double.isInfinite(settings.tau2())) {
      return Optional.empty();
    }
    if (settings.level() != Level.ELEMENT) {
      return Optional.of(
          new EntryWeights.OfPartitions(
              experts.getFirst().partitions(),
              weights(importance.stream().map(Optional::orElseThrow).toList(), settings.tau2())));
    }
    double[] totals = experts.stream().mapToDouble(expert -> total(expert, workers)).toArray();
    return Optional.of(new EntryWeights.OfEntries(experts, totals, settings.tau2()));
  }

  private static double total(ScoredExpert expert, Workers<Block> workers) {
    Scan scan = new Scan(WeighedExpert.unweighed(expert), true, workers);
    double total = 0;
    for (String tensor : expert.tensors()) {
      double[] sums = new double[Scan.chunks(expert.elements(tensor))];
      scan.run(
          List.of(tensor),
          (_, block, scores) -> {
            double sum = 0;
            for (float score : scores) {
              sum += score;
            }
            sums[block.index()] = sum;
          });
      for (double sum : sums) {
        total += sum;
      }
    }
    return total;
  }

  /** Returns the weights of each key's partitions for each expert. */
  private static Map<String, float[][]> weights(List<PartitionImportance> experts, double tau2) {
    Map<String, float[][]> weights = new HashMap<>();
    for (String key : experts.getFirst().importance().keySet()) {
      int count = experts.getFirst().importance().get(key).length;
      float[][] own = new float[experts.size()][count];
      double[] shares = new double[experts.size()];
      for (int p = 0; p < count; p++) {
        for (int e = 0; e < shares.length; e++) {
          PartitionImportance expert = experts.get(e);
          shares[e] = expert.total() > 0 ? expert.importance().get(key)[p] / expert.total() : 0;
        }
        ExpertWeights.of(shares, tau2);
        for (int e = 0; e < shares.length; e++) {
          own[e][p] = (float) shares[e];
        }
      }
      weights.put(key, own);
    }
    return weights;
  }

  /** Returns what is kept of a tensor; nothing if importance says nothing of it. */
  public Optional<TensorCalibration> of(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }
}
