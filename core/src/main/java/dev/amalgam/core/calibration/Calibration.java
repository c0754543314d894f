package dev.amalgam.core.calibration;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
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
   * @throws CheckpointException if scores are missing or no finite numbers, or the experts do not
   *     have the same tensors
   */
  public static Calibration of(
      List<ScoredExpert> experts, CalibrationSettings settings, Workers<ReadBuffer> workers) {
    for (ScoredExpert expert : experts) {
      if (!expert.partitions().counts().equals(experts.getFirst().partitions().counts())) {
        throw new CheckpointException(
            "%s and %s do not have the same tensors; importance decides only between experts that do"
                .formatted(
                    quote(experts.getFirst().model().expert().name()),
                    quote(expert.model().expert().name())));
      }
    }
    Calibration calibration = new Calibration();
    boolean entries = settings.level() == Level.ELEMENT;
    List<Optional<PartitionImportance>> importance = new ArrayList<>();
    List<ExpertSelections.Result> selections = new ArrayList<>();
    for (ScoredExpert expert : experts) {
      Optional<PartitionImportance> own =
          entries ? Optional.empty() : Optional.of(PartitionImportance.of(expert, workers));
      importance.add(own);
      selections.add(ExpertSelections.of(expert, settings, own, workers));
    }
    boolean weighs = experts.size() > 1 && !Double.isInfinite(settings.tau2());
    double[] totals = new double[experts.size()];
    Map<String, float[][]> weights = Map.of();
    if (weighs && entries) {
      for (int e = 0; e < totals.length; e++) {
        totals[e] = total(experts.get(e), workers);
      }
    } else if (weighs) {
      weights = weights(importance.stream().map(Optional::orElseThrow).toList(), settings.tau2());
    }
    for (String tensor : experts.getFirst().tensors()) {
      Partitioning partitions = experts.getFirst().partitions().of(tensor).orElseThrow();
      List<TensorCalibration.Kept> kept = new ArrayList<>();
      for (int e = 0; e < experts.size(); e++) {
        ScoredExpert expert = experts.get(e);
        Weight scores =
            expert.scoreLevel() == Level.ELEMENT
                ? expert.scores().find(tensor).orElseThrow()
                : null;
        kept.add(
            new TensorCalibration.Kept(
                selections.get(e).selections().get(tensor),
                selections.get(e).factor(tensor),
                scores));
      }
      float[][] own =
          weighs && entries ? null : weights.getOrDefault(partitions.key(), new float[0][]);
      calibration.tensors.put(
          tensor, new TensorCalibration(kept, partitions, own, totals, settings));
    }
    return calibration;
  }

  private static double total(ScoredExpert expert, Workers<ReadBuffer> workers) {
    Scan scan = new Scan(expert, true, false, workers);
    double total = 0;
    for (String tensor : expert.tensors()) {
      double[] sums = new double[Scan.chunks(expert.elements(tensor))];
      scan.run(
          List.of(tensor),
          (_, from, _, scores, count) -> {
            double sum = 0;
            for (int i = 0; i < count; i++) {
              sum += scores[i];
            }
            sums[(int) (from / Scan.CHUNK)] = sum;
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
