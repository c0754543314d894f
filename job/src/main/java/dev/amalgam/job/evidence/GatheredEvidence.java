package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.calibration.AplSearch;
import dev.amalgam.core.calibration.Calibration;
import dev.amalgam.core.calibration.LessInterference;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.merge.Apl;
import dev.amalgam.core.plan.MergeInputs;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.MergePlanner;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.run.AplCalibration;
import dev.amalgam.core.run.MergeExecutor;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.NativeCheckpoint;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.model.Models;
import dev.amalgam.job.output.MappedMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code merge_method: apl} does before it merges: works out scores, or reads them, chooses
 * what is {@code auto}, and calibrates.
 */
public final class GatheredEvidence {

  private final Recipe recipe;
  private final MergePlan plan;
  private final MergeInputs inputs;
  private final AplParameters parameters;
  private final List<TaskOfExpert> experts = new ArrayList<>();
  private final Models.Model base;
  private final int threads;

  /** Checks everything that can be checked before any model runs. */
  public GatheredEvidence(
      Recipe recipe, MergePlan plan, MergeInputs inputs, Models models, int threads) {
    if (recipe.randomMasks() == Recipe.RandomMasks.MERGEKIT) {
      throw new RecipeException(
          "random_compatibility is mergekit, which does not know merge_method apl, so there are no"
              + " masks to be equal to; remove it");
    }
    this.recipe = recipe;
    this.plan = plan;
    this.inputs = inputs;
    this.threads = threads;
    this.parameters = AplParameters.of(plan);
    this.base = models.of(inputs.base().orElseThrow());
    List<Checkpoint> merged =
        inputs.models().stream().filter(model -> model != inputs.base().get()).toList();
    for (int i = 0; i < merged.size(); i++) {
      experts.add(TaskOfExpert.of(models, base, models.of(merged.get(i)), parameters, i));
    }
    if (interferes() && experts.stream().anyMatch(expert -> expert.data().isEmpty())) {
      throw new RecipeException(
          "interference is what a delta does to the other tasks; add 'examples: FILE' to the"
              + " parameters of every model");
    }
    if (interferes()) {
      experts.forEach(this::checkLevel);
    }
    ScoringSettings settings = parameters.scoring(1, threads);
    for (TaskOfExpert task : experts) {
      scoredOn(task).forEach(e -> Scoring.check(settings, e.expert().on(task.expert())));
    }
  }

  private boolean interferes() {
    return Apl.INTERFERENCE.of(parameters.values());
  }

  /** Returns the experts whose scores on a task's examples are needed and not given. */
  private List<TaskOfExpert> scoredOn(TaskOfExpert task) {
    return experts.stream()
        .filter(expert -> expert == task ? task.sidecar().isEmpty() : interferes())
        .toList();
  }

  // What a delta does to other tasks is taken off score by score.
  private void checkLevel(TaskOfExpert expert) {
    if (expert.sidecar().isEmpty()) {
      return;
    }
    try (Sidecar sidecar = Sidecar.open(expert.sidecar().get())) {
      if (sidecar.metadata().level() != parameters.scoreLevel()) {
        throw new RecipeException(
            "%s holds scores of level %s, and interference is worked out at level %s; remove 'importance', or work it out again with 'amalgam importance --level %s'"
                .formatted(
                    quote(sidecar.name()),
                    sidecar.metadata().level().word(),
                    parameters.scoreLevel().word(),
                    parameters.scoreLevel().word()));
      }
    }
  }

  /**
   * What was resolved.
   *
   * @param plan the plan, no parameter of which is open
   * @param calibration what is kept of each delta
   * @param chosen the parameters that were {@code auto}
   * @param missed the share of the experts' gains that was missed on the examples by which they
   *     were chosen; NaN if none was
   */
  public record Resolved(
      MergePlan plan, Calibration calibration, Map<String, Setting.Scalar> chosen, double missed) {

    /** Returns what was chosen, one line each. */
    public List<String> describe() {
      List<String> lines = new ArrayList<>();
      chosen.forEach((name, value) -> lines.add(name + " " + text(value)));
      if (!chosen.isEmpty()) {
        lines.add(
            String.format(
                Locale.ROOT, "keeps %.3f of the experts' gains on these examples", 1 - missed));
      }
      return lines;
    }

    private static String text(Setting.Scalar value) {
      return switch (value) {
        case Setting.Number(double number) ->
            Double.isInfinite(number) ? ".inf" : Double.toString(number);
        case Setting.Word(String word) -> word;
      };
    }
  }

  /**
   * Works out what the merge needs.
   *
   * @param output the folder of the merged model, beside which scores are kept
   * @param sidecars files that stay open until this is closed
   */
  public Resolved resolve(Path output, Sidecars sidecars, ProgressListener progress) {
    List<AplCalibration.Scored> scored = scored(output, sidecars, progress);
    Set<String> open = parameters.open();
    if (open.isEmpty()) {
      return new Resolved(plan, calibrate(plan, scored), Map.of(), Double.NaN);
    }
    AplSearch.Choice choice = choose(output, open, scored, progress);
    MergePlan chosen = MergePlanner.plan(recipe.with(choice.parameters()), inputs, plan.seed());
    return new Resolved(chosen, calibrate(chosen, scored), choice.parameters(), choice.loss());
  }

  private boolean drops() {
    return plan.tensors().stream()
        .filter(TensorPlan.Merged.class::isInstance)
        .flatMap(tensor -> ((TensorPlan.Merged) tensor).expertParameters().stream())
        .anyMatch(expert -> Apl.DENSITY.of(expert) < 1);
  }

  private Calibration calibrate(MergePlan concrete, List<AplCalibration.Scored> scored) {
    return AplCalibration.of(concrete, scored, threads, Kernels.get());
  }

  private List<AplCalibration.Scored> scored(
      Path output, Sidecars sidecars, ProgressListener progress) {
    EvidenceCache scores = new EvidenceCache(output, base, parameters, threads);
    Map<TaskOfExpert, Sidecar> own = new IdentityHashMap<>();
    Map<TaskOfExpert, List<Weights>> onOthers = new IdentityHashMap<>();
    progress.started("hashing", 0);
    for (TaskOfExpert expert : experts) {
      onOthers.put(expert, new ArrayList<>());
      if (expert.sidecar().isPresent()) {
        Sidecar given = sidecars.open(expert.sidecar().get());
        scores.check(given, expert);
        own.put(expert, given);
      }
    }
    for (TaskOfExpert task : experts) {
      List<TaskOfExpert> deltas = scoredOn(task);
      List<Path> files = scores.of(deltas, task, progress);
      for (int i = 0; i < deltas.size(); i++) {
        Sidecar sidecar = sidecars.open(files.get(i));
        if (deltas.get(i) == task) {
          own.put(task, sidecar);
        } else {
          onOthers.get(deltas.get(i)).add(sidecar.importance());
        }
      }
    }
    return experts.stream()
        .map(
            expert ->
                new AplCalibration.Scored(
                    expert.expert(),
                    LessInterference.of(own.get(expert).importance(), onOthers.get(expert)),
                    own.get(expert).metadata().level()))
        .toList();
  }

  private AplSearch.Choice choose(
      Path output,
      Set<String> open,
      List<AplCalibration.Scored> scored,
      ProgressListener progress) {
    progress.started("choosing", 0);
    // In a mapped file, so that it need not fit into memory; each trial overwrites the last.
    try (Engine engine = new Engine(threads, Kernels.get());
        MappedMemory memory = MappedMemory.beside(output)) {
      NativeCheckpoint merged = new NativeCheckpoint("the merged model", plan.outputs(), memory);
      GainMissed objective =
          new GainMissed(experts, parameters.scoring(1, threads).importance(), engine);
      return AplSearch.search(
          parameters.given(),
          open,
          experts.size(),
          drops(),
          choice -> {
            MergePlan tried = MergePlanner.plan(recipe.with(choice), inputs, plan.seed());
            new MergeExecutor(tried, threads, Kernels.get(), Optional.of(calibrate(tried, scored)))
                .run(
                    tried.outputs().stream().map(TensorInfo::name).toList(),
                    merged,
                    ProgressListener.NONE);
            return objective.of(merged);
          });
    }
  }

  /** Open files of scores. */
  public static final class Sidecars implements AutoCloseable {
    private final List<Sidecar> open = new ArrayList<>();

    Sidecar open(Path file) {
      Sidecar sidecar = Sidecar.open(file);
      open.add(sidecar);
      return sidecar;
    }

    @Override
    public void close() {
      open.forEach(Sidecar::close);
    }
  }
}
