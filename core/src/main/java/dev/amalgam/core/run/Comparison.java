package dev.amalgam.core.run;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.Reduction;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.plan.EqualTensors;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * The differences between two checkpoints.
 *
 * @param tensors the tensors that both have, of one shape, as numbers; and others that are the same
 * @param total all of these taken as one long vector
 * @param onlyInFirst names of tensors that the second lacks
 * @param onlyInSecond names of tensors that the first lacks
 * @param incomparable names of tensors whose shapes differ, or that hold no floating-point numbers
 *     and differ
 */
public record Comparison(
    List<TensorDifference> tensors,
    TensorDifference total,
    List<String> onlyInFirst,
    List<String> onlyInSecond,
    List<String> incomparable) {

  /** Copies the lists. */
  public Comparison {
    tensors = List.copyOf(tensors);
    onlyInFirst = List.copyOf(onlyInFirst);
    onlyInSecond = List.copyOf(onlyInSecond);
    incomparable = List.copyOf(incomparable);
  }

  /**
   * Compares two checkpoints.
   *
   * @param threads the number of worker threads, at least 1; the result does not depend on it
   */
  public static Comparison of(
      Checkpoint first,
      Checkpoint second,
      int threads,
      Kernels kernels,
      ProgressListener progress) {
    List<TensorInfo> comparable = new ArrayList<>();
    List<TensorDifference> differences = new ArrayList<>();
    List<String> onlyInFirst = new ArrayList<>();
    List<String> incomparable = new ArrayList<>();
    for (TensorInfo tensor : first.tensors()) {
      second
          .find(tensor.name())
          .ifPresentOrElse(
              other -> {
                if (isComparable(tensor, other)) {
                  comparable.add(tensor);
                } else if (isSame(first, tensor, second, other)) {
                  differences.add(new TensorDifference(tensor, 0, 0, Double.NaN, 0));
                } else {
                  incomparable.add(tensor.name());
                }
              },
              () -> onlyInFirst.add(tensor.name()));
    }
    List<String> onlyInSecond =
        second.tensors().stream()
            .map(TensorInfo::name)
            .filter(name -> first.find(name).isEmpty())
            .toList();
    progress.started("comparing", comparable.stream().mapToLong(TensorInfo::bytes).sum());
    var total = new TensorDifference.Sums();
    long elements = 0;
    try (var workers = new Workers<>(threads, i -> new Workspace(kernels, Blocks.LENGTH, 2))) {
      for (TensorInfo tensor : comparable) {
        var sums = sums(first, second, tensor, workers, progress);
        differences.add(TensorDifference.of(tensor, sums));
        total.add(sums);
        elements += tensor.shape().elements();
      }
    }
    return new Comparison(
        differences,
        TensorDifference.of(new TensorInfo("total", DType.F32, Shape.of(elements)), total),
        onlyInFirst,
        onlyInSecond,
        incomparable);
  }

  private static boolean isComparable(TensorInfo first, TensorInfo second) {
    return first.shape().equals(second.shape())
        && first.dtype().isArithmetic()
        && second.dtype().isArithmetic();
  }

  private static boolean isSame(
      Checkpoint first, TensorInfo tensor, Checkpoint second, TensorInfo other) {
    return tensor.equals(other)
        && EqualTensors.sameBytes(new TensorSource(first, tensor), new TensorSource(second, other));
  }

  private static TensorDifference.Sums sums(
      Checkpoint first,
      Checkpoint second,
      TensorInfo tensor,
      Workers<Workspace> workers,
      ProgressListener progress) {
    TensorSource left = new TensorSource(first, tensor);
    TensorSource right = new TensorSource(second, second.find(tensor.name()).orElseThrow());
    Blocks blocks = Blocks.of(tensor.shape().elements(), 1);
    var partial = new TensorDifference.Sums[blocks.count()];
    workers.run(
        blocks.count(),
        (workspace, index) -> {
          int count = blocks.length(index);
          float[] a = workspace.block().expert(0);
          float[] b = workspace.block().expert(1);
          workspace.read(left, blocks.start(index), a, count);
          workspace.read(right, blocks.start(index), b, count);
          partial[index] = sums(a, b, count, workspace.reduction());
          progress.advanced(tensor.dtype().bytes(count));
        });
    var sums = new TensorDifference.Sums();
    for (var part : partial) {
      sums.add(part);
    }
    return sums;
  }

  private static TensorDifference.Sums sums(float[] a, float[] b, int count, Reduction reduction) {
    var sums = new TensorDifference.Sums();
    sums.firstSquares = reduction.sumSquares(a, count);
    sums.secondSquares = reduction.sumSquares(b, count);
    sums.product = reduction.dot(a, b, count);
    sums.squaredDistance = reduction.squaredDistance(a, b, count);
    sums.changed = Reduction.countDifferent(a, b, count);
    return sums;
  }
}
