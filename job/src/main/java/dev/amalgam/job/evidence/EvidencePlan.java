package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.evidence.EvidenceWork;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.matrix.ProductRate;
import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.merge.PreparedMethod;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.run.MergeTrials;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.job.api.ModelWork;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.Models;
import dev.amalgam.job.output.InputHashes;
import dev.amalgam.job.output.MappedMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a merge method will ask of models and examples, checked before any model runs. */
public final class EvidencePlan {

  // The output, the gradient of the input, and that of the weight.
  private static final int BACKWARD = 3;

  private final EvidenceMethod method;
  private final MergePlan plan;
  private final List<MergeTask> tasks;
  private final EvidenceNeeds needs;
  private final Models.Model base;
  private final List<TaskOfExpert> experts = new ArrayList<>();
  private final int threads;

  /**
   * Checks everything that can be checked before any model runs.
   *
   * @throws dev.amalgam.core.AmalgamException if examples or scores are missing, or do not fit
   */
  public EvidencePlan(
      EvidenceMethod method,
      Recipe recipe,
      MergePlan plan,
      MergeInputs inputs,
      Models models,
      int threads) {
    if (recipe.randomMasks() == Recipe.RandomMasks.MERGEKIT) {
      throw new RecipeException(
          "random_compatibility is mergekit, which does not know merge_method %s, so there are no masks to be equal to; remove it"
              .formatted(method.name()));
    }
    this.method = method;
    this.plan = plan;
    this.tasks = plan.tasks();
    this.needs = method.needs(tasks);
    this.threads = threads;
    this.base = models.of(inputs.base().orElseThrow());
    List<Checkpoint> merged =
        inputs.models().stream().filter(model -> model != inputs.base().get()).toList();
    for (int i = 0; i < merged.size(); i++) {
      experts.add(
          TaskOfExpert.of(models, inputs.base().get(), merged.get(i), method.name(), needs, i));
    }
    if (needs.interference()) {
      checkInterference();
    }
    needs
        .importance()
        .ifPresent(importance -> experts.forEach(task -> checkScoring(task, scoring(1))));
  }

  private void checkInterference() {
    if (experts.stream().anyMatch(expert -> expert.data().isEmpty())) {
      throw new RecipeException(
          "interference is what a delta does to the other tasks; add 'examples: FILE' to the"
              + " parameters of every model");
    }
    experts.forEach(this::checkLevel);
  }

  // What a delta does to other tasks is taken off score by score.
  private void checkLevel(TaskOfExpert expert) {
    if (expert.sidecar().isEmpty()) {
      return;
    }
    String needed = needs.importance().orElseThrow().level().word();
    try (Sidecar sidecar = Sidecar.open(expert.sidecar().get())) {
      if (!sidecar.metadata().level().word().equals(needed)) {
        throw new RecipeException(
            "%s holds scores of level %s, and interference is worked out at level %s; remove 'importance', or work it out again with 'amalgam importance --level %s'"
                .formatted(
                    quote(sidecar.name()), sidecar.metadata().level().word(), needed, needed));
      }
    }
  }

  private void checkScoring(TaskOfExpert task, ScoringSettings settings) {
    experts.stream()
        .filter(expert -> expert == task ? task.sidecar().isEmpty() : needs.interference())
        .forEach(
            expert ->
                Scoring.check(settings, expert.expert().on(task.expert()), task.isLabelled()));
  }

  /** Returns the files of examples and of scores that the recipe names. */
  public List<InputFile> inputFiles() {
    List<InputFile> files = new ArrayList<>();
    for (TaskOfExpert task : experts) {
      Stream.concat(task.data().stream(), task.sidecar().stream())
          .forEach(file -> files.add(new InputFile(task.model().reference(), file)));
    }
    return files;
  }

  /** Returns how the deltas are scored on so many examples. */
  ScoringSettings scoring(int examples) {
    return ScoringSettings.defaults()
        .with(needs.importance().orElseThrow())
        .withExamples(examples)
        .withMaxLength(needs.maxLength())
        .withThreads(threads);
  }

  /** Returns an estimate of the bytes that the method holds while it merges. */
  public long estimatedMemory() {
    return method.estimatedMemory(tasks, experts.getFirst().expert().at(1));
  }

  /** Returns an estimate of what models will run on, if the method can tell. */
  public Optional<ModelWork> work() {
    Model first = experts.getFirst().expert().at(1);
    return method
        .work(tasks, first, experts.stream().map(TaskOfExpert::size).toList())
        .map(work -> modelWork(work, first));
  }

  private ModelWork modelWork(EvidenceWork work, Model first) {
    long judging = experts.stream().mapToLong(expert -> expert.size().judgingTokens()).sum();
    double products = 0;
    for (ModelParameter parameter : first.parameters()) {
      boolean multiplied =
          parameter.layer().startsWith("layers.") && parameter.weight().shape().rank() == 2;
      products += multiplied ? parameter.weight().shape().elements() : 0;
    }
    if (first.head().kind() != Targets.Kind.FEATURES && first.head().kind() != Targets.Kind.CLASS) {
      products += first.head().decoder().weight().shape().elements();
    }
    double forward = work.forward() + (double) work.judgements() * judging;
    return new ModelWork(
        work.forward(),
        work.backward(),
        work.judgements(),
        judging,
        2 * products * (forward + BACKWARD * work.backward()),
        (double) work.readings()
            * base.checkpoint().files().stream().mapToLong(InputHashes::size).sum());
  }

  /** Returns how many floating point operations a second these threads make, measured now. */
  public double measuredRate() {
    try (Engine engine = new Engine(threads, Kernels.get())) {
      return ProductRate.measure(engine.products());
    }
  }

  EvidenceNeeds needs() {
    return needs;
  }

  Models.Model base() {
    return base;
  }

  List<TaskOfExpert> experts() {
    return experts;
  }

  int threads() {
    return threads;
  }

  /**
   * Returns the method with all that it must know.
   *
   * @param output the folder of the merged model, beside which evidence is kept
   * @param evidence open files and workers, which the prepared method reads until they are closed
   */
  public PreparedMethod prepare(Path output, GatheredEvidence evidence) {
    // In a mapped file, so that it need not fit into memory.
    try (MappedMemory memory = MappedMemory.beside(output)) {
      return method.prepare(tasks, evidence, new MergeTrials(plan, threads, memory));
    }
  }

  /**
   * Returns the evidence, of which nothing has been gathered yet.
   *
   * @param output the folder of the merged model, beside which evidence is kept
   */
  public GatheredEvidence gather(Path output, ProgressListener progress) {
    return new GatheredEvidence(this, output, progress);
  }
}
