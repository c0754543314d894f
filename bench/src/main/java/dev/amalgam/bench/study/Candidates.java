package dev.amalgam.bench.study;

import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.MergePlanner;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.run.AplCalibration;
import dev.amalgam.core.run.MergeExecutor;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.NativeCheckpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/** Merges members of one family into native memory. */
final class Candidates {

  private final OpenFamily family;
  private final Importances importances;
  private final int threads;

  Candidates(OpenFamily family, Importances importances, int threads) {
    this.family = family;
    this.importances = importances;
    this.threads = threads;
  }

  /**
   * A merged model.
   *
   * @param memory where it is
   * @param weights its tensors in float32
   */
  record Candidate(Arena memory, Checkpoint weights) implements AutoCloseable {
    @Override
    public void close() {
      memory.close();
    }
  }

  /** Returns what a trial makes of the base and these experts; whoever asked for it frees it. */
  Candidate merge(Trial trial, List<OpenFamily.Expert> experts) {
    Recipe recipe =
        trial
            .variant()
            .recipe(
                family.base().name(),
                experts.stream().map(OpenFamily.Expert::name).toList(),
                trial.drop(),
                trial.lambda());
    MergeInputs inputs =
        new MergeInputs(
            Optional.of(family.base()),
            experts.stream().map(OpenFamily.Expert::checkpoint).toList());
    MergePlan plan = MergePlanner.plan(recipe, inputs, trial.seed());
    Optional<Calibration> calibration =
        plan.method().name().equals("apl")
            ? Optional.of(
                AplCalibration.of(
                    plan, importances.of(plan, experts, trial), threads, Kernels.get()))
            : Optional.empty();
    Arena memory = Arena.ofShared();
    try {
      NativeCheckpoint merged = new NativeCheckpoint("candidate", plan.outputs(), memory);
      new MergeExecutor(plan, threads, Kernels.get(), calibration)
          .run(
              plan.outputs().stream().map(TensorInfo::name).toList(),
              merged,
              ProgressListener.NONE);
      return new Candidate(memory, merged);
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }
}
