package dev.amalgam.core.run;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The inner products of the deltas of some models of one base, tensor by tensor: norms and angles
 * are made of them. A delta is the difference of float32 numbers, rounded to float32; products are
 * summed in float64, block by block, in the order of the entries.
 *
 * @param tensors those that base and all models have, of one shape, as numbers
 * @param left names of the base's other tensors
 */
public record DeltaProducts(List<OfTensor> tensors, List<String> left) {

  /** Copies the lists. */
  public DeltaProducts {
    tensors = List.copyOf(tensors);
    left = List.copyOf(left);
  }

  /**
   * The products of a tensor.
   *
   * @param tensor its name
   * @param products by model and model, symmetric
   */
  public record OfTensor(String tensor, double[][] products) {}

  /**
   * Reads the models, block by block.
   *
   * @param models by the names of the base's tensors
   * @param threads the number of worker threads, at least 1; the result does not depend on it
   */
  public static DeltaProducts of(
      Checkpoint base,
      List<Checkpoint> models,
      int threads,
      Kernels kernels,
      ProgressListener progress) {
    List<TensorInfo> shared = new ArrayList<>();
    List<String> left = new ArrayList<>();
    for (TensorInfo tensor : base.tensors()) {
      boolean everywhere =
          tensor.dtype().isArithmetic()
              && models.stream().allMatch(model -> fits(tensor, model.find(tensor.name())));
      if (everywhere) {
        shared.add(tensor);
      } else {
        left.add(tensor.name());
      }
    }
    progress.started(
        "comparing", (models.size() + 1) * shared.stream().mapToLong(TensorInfo::bytes).sum());
    List<OfTensor> tensors = new ArrayList<>();
    try (var workers =
        new Workers<>(threads, _ -> new Workspace(kernels, Blocks.LENGTH, models.size()))) {
      for (TensorInfo tensor : shared) {
        List<TensorSource> sources = new ArrayList<>();
        sources.add(new TensorSource(base, tensor));
        for (Checkpoint model : models) {
          sources.add(new TensorSource(model, model.find(tensor.name()).orElseThrow()));
        }
        tensors.add(new OfTensor(tensor.name(), products(sources, workers, progress)));
      }
    }
    return new DeltaProducts(tensors, left);
  }

  private static boolean fits(TensorInfo tensor, Optional<TensorInfo> other) {
    return other.isPresent()
        && other.get().dtype().isArithmetic()
        && other.get().shape().equals(tensor.shape());
  }

  private static double[][] products(
      List<TensorSource> sources, Workers<Workspace> workers, ProgressListener progress) {
    TensorInfo tensor = sources.getFirst().tensor();
    int models = sources.size() - 1;
    Blocks blocks = Blocks.of(tensor.shape().elements(), 1);
    double[][][] partial = new double[blocks.count()][][];
    workers.run(
        blocks.count(),
        (workspace, index) -> {
          int count = blocks.length(index);
          float[] before = workspace.block().base();
          workspace.read(sources.getFirst(), blocks.start(index), before, count);
          for (int i = 0; i < models; i++) {
            float[] delta = workspace.block().expert(i);
            workspace.read(sources.get(i + 1), blocks.start(index), delta, count);
            Elementwise.subtract(delta, before, count);
          }
          partial[index] = products(workspace, models, count);
          progress.advanced(sources.size() * tensor.dtype().bytes(count));
        });
    double[][] sums = new double[models][models];
    for (double[][] part : partial) {
      add(part, sums);
    }
    return sums;
  }

  private static double[][] products(Workspace workspace, int models, int count) {
    double[][] products = new double[models][models];
    for (int i = 0; i < models; i++) {
      for (int j = 0; j <= i; j++) {
        float[] one = workspace.block().expert(i);
        float[] other = workspace.block().expert(j);
        products[i][j] = workspace.reduction().dot(one, other, count);
        products[j][i] = products[i][j];
      }
    }
    return products;
  }

  /** Adds products to others. */
  public static void add(double[][] products, double[][] to) {
    for (int i = 0; i < to.length; i++) {
      for (int j = 0; j < to.length; j++) {
        to[i][j] += products[i][j];
      }
    }
  }
}
