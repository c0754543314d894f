package dev.amalgam.core.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;

/**
 * Refuses evidence that is no finite number: nothing can be weighted by it.
 *
 * @param expert whose task it is of
 * @param fraction what ran on the task's examples: 0 for the base, 1 for the expert
 */
public record FiniteEvidence(Expert expert, float fraction) {

  private static final int CHUNK = 1 << 16;

  /**
   * Returns a loss.
   *
   * @throws ModelException if it is no finite number
   */
  double checkLoss(double loss) {
    if (!Double.isFinite(loss)) {
      throw refusal("the loss", loss);
    }
    return loss;
  }

  /**
   * Checks the first entries of an array.
   *
   * @param statistic what they are of
   * @param table the name of its table, which is a tensor's
   * @throws ModelException if one is no finite number
   */
  public void check(String statistic, String table, float[] values, int count) {
    if (Elementwise.countAbove(values, Float.MAX_VALUE, count) > 0) {
      throw refusal("%s of tensor %s".formatted(statistic, quote(table)), firstNonFinite(values));
    }
  }

  private ModelException refusal(String what, double value) {
    String task = quote(expert.weights().expert().name());
    return new ModelException(
        "%s: on the examples of %s %s is %s; %s"
            .formatted(
                quote(expert.weights().at(fraction).name()),
                fraction == 0 ? task : "its task",
                what,
                value,
                cause()));
  }

  private String cause() {
    for (ModelParameter parameter : expert.at(fraction).parameters()) {
      float value = firstNonFinite(parameter.weight());
      if (!Float.isFinite(value)) {
        return "tensor %s holds %s: repair the model".formatted(quote(parameter.name()), value);
      }
    }
    return "its tensors are finite, so a number on the way is too large for float32: leave the"
        + " model out, or choose a method that asks no examples";
  }

  /** Returns the first entry that is no finite number, or 0. */
  private static float firstNonFinite(Weight weight) {
    float[] values = new float[CHUNK];
    long elements = weight.shape().elements();
    try (ReadBuffer buffer = new ReadBuffer(Kernels.get())) {
      for (long from = 0; from < elements; from += CHUNK) {
        int count = (int) Math.min(CHUNK, elements - from);
        weight.read(from, count, values, 0, buffer);
        if (Elementwise.countAbove(values, Float.MAX_VALUE, count) > 0) {
          return firstNonFinite(values);
        }
      }
    }
    return 0;
  }

  private static float firstNonFinite(float[] values) {
    int at = 0;
    while (Float.isFinite(values[at])) {
      at++;
    }
    return values[at];
  }
}
