package dev.amalgam.bench.study;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.PreparedMethod;
import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.MergePlanner;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.run.MergeExecutor;
import dev.amalgam.core.run.MergeTrials;
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
  private final EvidenceStore evidence;
  private final int threads;

  Candidates(OpenFamily family, EvidenceStore evidence, int threads) {
    this.family = family;
    this.evidence = evidence;
    this.threads = threads;
  }

  /**
   * A merged model.
   *
   * @param memory where it is
   * @param weights its tensors in float32
   * @param choices what the method chose by itself
   */
  record Candidate(Arena memory, Checkpoint weights, List<String> choices)
      implements AutoCloseable {
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
    Arena memory = Arena.ofShared();
    try {
      PreparedMethod method = prepare(plan, experts, trial.variant(), memory);
      NativeCheckpoint merged = new NativeCheckpoint("candidate", plan.outputs(), memory);
      new MergeExecutor(plan, method, threads, Kernels.get())
          .run(
              plan.outputs().stream().map(TensorInfo::name).toList(),
              merged,
              ProgressListener.NONE);
      return new Candidate(memory, merged, method.choices());
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  private PreparedMethod prepare(
      MergePlan plan, List<OpenFamily.Expert> experts, Variant variant, Arena memory) {
    if (!(plan.method() instanceof EvidenceMethod asking)) {
      return plan.method()::prepare;
    }
    List<MergeTask> tasks = plan.tasks();
    return asking.prepare(
        tasks,
        evidence.of(asking.needs(tasks), experts, variant),
        new MergeTrials(plan, threads, memory));
  }
}
