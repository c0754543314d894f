package dev.amalgam.core.evidence;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.model.ModelRunner;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the last states of a model are from those of another on the same texts: the mean square
 * of the differences over all tokens and units. It is what there is of a loss where a model
 * predicts nothing.
 */
final class FeatureDistance {

  private final List<Batch> batches;
  private final List<float[]> states = new ArrayList<>();

  /** Keeps the last states of a model, float32. */
  FeatureDistance(ModelRunner runner, List<Batch> batches) {
    this.batches = List.copyOf(batches);
    for (Batch batch : batches) {
      runner.features(
          batch,
          last -> {
            float[] own = new float[last.rows() * last.width()];
            System.arraycopy(last.data(), last.offset(), own, 0, own.length);
            states.add(own);
          });
    }
  }

  /** Returns the distance of another model: float64, in the order of tokens. */
  double of(ModelRunner runner) {
    double[] sum = new double[1];
    long count = 0;
    for (int b = 0; b < batches.size(); b++) {
      float[] own = states.get(b);
      runner.features(
          batches.get(b),
          last -> {
            for (int i = 0; i < own.length; i++) {
              double difference = last.data()[last.offset() + i] - own[i];
              sum[0] += difference * difference;
            }
          });
      count += own.length;
    }
    return sum[0] / count;
  }
}
