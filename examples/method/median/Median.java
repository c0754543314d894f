package median;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.merge.TensorMerge;
import java.util.Arrays;
import java.util.List;

/**
 * Adds to the base, entry by entry, the median of the experts' deltas: {@code b + λ·median(d)},
 * which no single expert that is far off can move far. Of an even number of deltas, it is the mean
 * of the two in the middle.
 *
 * <p>Yin et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML
 * 2018, arXiv 1803.01498, take the median of gradients likewise.
 */
public final class Median implements MergeMethod {

  private static final Parameter<Double> LAMBDA =
      Parameter.number(Parameter.Scope.RECIPE, "lambda", 0, 10, 1, "factor of the median");

  /** Creates the method; the service loader does. */
  public Median() {}

  @Override
  public String name() {
    return "median";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(LAMBDA);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    float lambda = LAMBDA.of(task).floatValue();
    int experts = task.experts().size();
    return (block, out) -> merge(block, experts, lambda, out);
  }

  private static void merge(Block block, int experts, float lambda, float[] out) {
    float[] base = block.base();
    float[] deltas = new float[experts];
    for (int i = 0; i < block.length(); i++) {
      for (int k = 0; k < experts; k++) {
        deltas[k] = block.expert(k)[i] - base[i];
      }
      out[i] = base[i] + lambda * median(deltas);
    }
  }

  private static float median(float[] values) {
    Arrays.sort(values);
    float greatest = values[values.length - 1];
    if (Float.isNaN(greatest)) {
      // NaN is sorted last, and must show in the result.
      return greatest;
    }
    int middle = values.length / 2;
    return values.length % 2 == 1
        ? values[middle]
        : 0.5f * values[middle - 1] + 0.5f * values[middle];
  }
}
