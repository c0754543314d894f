package dev.amalgam.bench;

import dev.amalgam.core.kernel.NormalizationKernels;
import dev.amalgam.core.kernel.SoftmaxKernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Softmax and normalisation of the rows of a block, the twins side by side. What works in place
 * works on a copy made in the same loop, lest its numbers wander off over the calls.
 */
@State(Scope.Thread)
@OperationsPerInvocation(Block.SIZE)
public class RowKernelsBenchmark {

  private static final float EPSILON = 1e-5f;

  /** The elements of a row. */
  @Param({"64", "2048"})
  public int row;

  @Param public Twin twin;

  private final float[] x = Block.activations(1);
  private final float[] dy = Block.activations(2);
  private final float[] weight = Block.activations(3);
  private final float[] bias = Block.activations(4);
  private final float[] out = new float[Block.SIZE];
  private SoftmaxKernels softmax;
  private NormalizationKernels normalization;

  @Setup
  public void prepare() {
    softmax = twin.kernels().softmax();
    normalization = twin.kernels().normalization();
  }

  @Benchmark
  public float[] softmax(Traffic traffic) {
    for (int from = 0; from < Block.SIZE; from += row) {
      System.arraycopy(x, from, out, from, row);
      softmax.softmax(out, from, from + row);
    }
    traffic.block(8);
    return out;
  }

  @Benchmark
  public float[] softmaxBackward(Traffic traffic) {
    for (int from = 0; from < Block.SIZE; from += row) {
      System.arraycopy(dy, from, out, from, row);
      softmax.backward(x, from, out, from, from + row, 0.5f);
    }
    traffic.block(12);
    return out;
  }

  @Benchmark
  public float logSumExp(Traffic traffic) {
    float sum = 0;
    for (int from = 0; from < Block.SIZE; from += row) {
      sum += softmax.logSumExp(x, from, from + row);
    }
    traffic.block(4);
    return sum;
  }

  @Benchmark
  public float[] probabilities(Traffic traffic) {
    for (int from = 0; from < Block.SIZE; from += row) {
      System.arraycopy(x, from, out, from, row);
      softmax.probabilities(out, from, from + row, 8f, 0.5f);
    }
    traffic.block(8);
    return out;
  }

  @Benchmark
  public float[] rmsNorm(Traffic traffic) {
    for (int from = 0; from < Block.SIZE; from += row) {
      normalization.rmsNorm(x, from, row, weight, EPSILON, out);
    }
    traffic.block(8);
    return out;
  }

  @Benchmark
  public float[] rmsNormBackward(Traffic traffic) {
    for (int from = 0; from < Block.SIZE; from += row) {
      normalization.rmsNormBackward(x, from, row, weight, 0.3f, dy, out);
    }
    traffic.block(12);
    return out;
  }

  @Benchmark
  public float[] layerNorm(Traffic traffic) {
    for (int from = 0; from < Block.SIZE; from += row) {
      normalization.layerNorm(x, from, row, weight, bias, EPSILON, out);
    }
    traffic.block(8);
    return out;
  }

  @Benchmark
  public float[] layerNormBackward(Traffic traffic) {
    for (int from = 0; from < Block.SIZE; from += row) {
      normalization.layerNormBackward(x, from, row, weight, 0.3f, dy, out);
    }
    traffic.block(12);
    return out;
  }
}
