package dev.amalgam.core.run;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.MergePlanner;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What tests of runs share. */
final class Runs {

  static final long SEED = 42;

  private Runs() {}

  static MergePlan plan(RecipeBuilder recipe, Checkpoint base, Checkpoint... models) {
    return MergePlanner.plan(
        recipe.build(), new MergeInputs(Optional.ofNullable(base), List.of(models)), SEED);
  }

  static MemorySink run(MergePlan plan, int threads) {
    return run(plan, threads, Kernels.get());
  }

  static MemorySink run(MergePlan plan, int threads, Kernels kernels) {
    MemorySink sink = new MemorySink(plan);
    new MergeExecutor(plan, threads, kernels).run(order(plan), sink, ProgressListener.NONE);
    return sink;
  }

  /** Returns the names of the plan's tensors in reverse, since a sink may ask for any order. */
  static List<String> order(MergePlan plan) {
    return plan.outputs().reversed().stream().map(TensorInfo::name).toList();
  }

  static float[] gaussian(int count, long seed) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (0.02 * random.nextGaussian());
    }
    return x;
  }
}
