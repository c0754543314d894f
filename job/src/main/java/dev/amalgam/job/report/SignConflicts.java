package dev.amalgam.job.report;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the deltas of two experts have opposite signs.
 *
 * @param experts what the report calls them
 * @param shares for each pair the share of the parameters that all have
 * @param weighted the same, each parameter counted by its importance for both: the mean of its
 *     shares of the two experts' importance; NaN where one has no scores
 * @param parameters how many parameters all have
 * @param left how many of the base's tensors not all experts have in the same shape
 */
record SignConflicts(
    List<String> experts, double[][] shares, double[][] weighted, long parameters, int left) {

  private static final int CHUNK = 1 << 16;

  /**
   * An expert.
   *
   * @param label what the report calls it
   * @param checkpoint its tensors
   * @param importance of its parameters, if it has scores
   */
  record Expert(String label, Checkpoint checkpoint, Optional<ParameterImportance> importance) {}

  /** Reads the models, a chunk of a tensor after the other. */
  static SignConflicts of(Checkpoint base, List<Expert> experts, ProgressListener progress) {
    int count = experts.size();
    Weights before = new CheckpointWeights(base);
    List<Weights> after =
        experts.stream().map(e -> (Weights) new CheckpointWeights(e.checkpoint())).toList();
    List<TensorInfo> tensors = new ArrayList<>();
    int left = 0;
    for (TensorInfo tensor : base.tensors()) {
      boolean everywhere =
          tensor.dtype().isArithmetic()
              && experts.stream()
                  .map(e -> e.checkpoint().find(tensor.name()))
                  .allMatch(
                      found ->
                          found.isPresent()
                              && found.get().dtype().isArithmetic()
                              && found.get().shape().equals(tensor.shape()));
      if (everywhere) {
        tensors.add(tensor);
      } else {
        left++;
      }
    }
    progress.started("comparing signs", tensors.stream().mapToLong(TensorInfo::bytes).sum());
    long parameters = 0;
    long[][] opposite = new long[count][count];
    double[][] importance = new double[count][count];
    double[][] all = new double[count][count];
    float[] start = new float[CHUNK];
    float[][] deltas = new float[count][CHUNK];
    double[][] scores = new double[count][CHUNK];
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      for (TensorInfo tensor : tensors) {
        String name = tensor.name();
        Weight base0 = before.find(name).orElseThrow();
        long elements = tensor.shape().elements();
        for (long from = 0; from < elements; from += CHUNK) {
          int length = (int) Math.min(CHUNK, elements - from);
          base0.read(from, length, start, 0, buffer);
          for (int t = 0; t < count; t++) {
            after.get(t).find(name).orElseThrow().read(from, length, deltas[t], 0, buffer);
            for (int i = 0; i < length; i++) {
              deltas[t][i] -= start[i];
            }
            if (experts.get(t).importance().isPresent()) {
              experts.get(t).importance().get().read(name, from, length, scores[t]);
            }
          }
          for (int t = 0; t < count; t++) {
            for (int u = 0; u < t; u++) {
              for (int i = 0; i < length; i++) {
                double weight = (scores[t][i] + scores[u][i]) / 2;
                all[t][u] += weight;
                if (deltas[t][i] > 0 && deltas[u][i] < 0 || deltas[t][i] < 0 && deltas[u][i] > 0) {
                  opposite[t][u]++;
                  importance[t][u] += weight;
                }
              }
            }
          }
          progress.advanced(tensor.dtype().bytes(length));
        }
        parameters += elements;
      }
    }
    double[][] shares = new double[count][count];
    double[][] weighted = new double[count][count];
    for (int t = 0; t < count; t++) {
      for (int u = 0; u < t; u++) {
        boolean scored =
            experts.get(t).importance().isPresent() && experts.get(u).importance().isPresent();
        shares[t][u] = shares[u][t] = (double) opposite[t][u] / parameters;
        weighted[t][u] = weighted[u][t] = scored ? importance[t][u] / all[t][u] : Double.NaN;
      }
    }
    return new SignConflicts(
        experts.stream().map(Expert::label).toList(), shares, weighted, parameters, left);
  }
}
