package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.merge.Parameter.Scope;
import java.util.Arrays;

/**
 * How the weighted deltas {@code v = w·d} of the experts become one, with or without consensus on a
 * sign.
 *
 * <pre>
 * without consensus: s = Σ v,                       divisor = Σ w (1 where |Σ w| &lt; 1e-8)
 * with consensus:    s = Σ v of the majority sign,  divisor = Σ w of these (1 where that is 0)
 * out = λ·s  (λ·s / divisor with normalize)
 * </pre>
 *
 * <p>The majority sign (TIES) of an entry is that of {@code Σ v}, plus where the sum is zero.
 *
 * @param weights w of each expert
 * @param consensus whether experts agree on a sign
 * @param normalize whether the sum is divided
 * @param lambda λ
 */
record DeltaSum(float[] weights, boolean consensus, boolean normalize, float lambda) {

  static final Parameter<Double> WEIGHT =
      Parameter.required(Scope.MODEL, "weight", "factor of the expert's delta");
  static final Parameter<Double> LAMBDA =
      Parameter.number(Scope.RECIPE, "lambda", 1, "factor of the merged delta");

  private static final float LEAST_DIVISOR = 1e-8f;

  /** Returns the parameter that says whether the sum is divided. */
  static Parameter<Boolean> normalize(boolean fallback) {
    return Parameter.flag("normalize", fallback, "divide the sum by the sum of the weights");
  }

  /** Returns the sum of a task with the parameters {@link #WEIGHT} and {@link #LAMBDA}. */
  static DeltaSum of(MergeTask task, boolean consensus, Parameter<Boolean> normalize) {
    return new DeltaSum(
        task.expertNumbers(WEIGHT), consensus, normalize.of(task), LAMBDA.of(task).floatValue());
  }

  /** Adds the sum of the weighted deltas, which a block holds in place of experts, to its base. */
  void addToBase(Block block, float[] out) {
    if (consensus) {
      sumAgreeing(block, out);
    } else {
      sumAll(block, out);
    }
    Elementwise.scaleAndAdd(out, lambda, block.base(), block.length());
  }

  private void sumAll(Block block, float[] out) {
    int count = block.length();
    System.arraycopy(block.expert(0), 0, out, 0, count);
    float divisor = weights[0];
    for (int i = 1; i < weights.length; i++) {
      Elementwise.add(out, block.expert(i), count);
      divisor += weights[i];
    }
    if (normalize && Math.abs(divisor) >= LEAST_DIVISOR) {
      Elementwise.divide(out, divisor, count);
    }
  }

  private void sumAgreeing(Block block, float[] out) {
    int count = block.length();
    float[] majority = block.scratch().first();
    float[] divisor = block.scratch().second();
    System.arraycopy(block.expert(0), 0, majority, 0, count);
    for (int i = 1; i < weights.length; i++) {
      Elementwise.add(majority, block.expert(i), count);
    }
    Arrays.fill(out, 0, count, 0);
    Arrays.fill(divisor, 0, count, 0);
    for (int i = 0; i < weights.length; i++) {
      block
          .kernels()
          .delta()
          .addAgreeing(block.expert(i), weights[i], majority, out, divisor, count);
    }
    if (normalize) {
      block.kernels().delta().divideByNonZero(out, divisor, count);
    }
  }
}
