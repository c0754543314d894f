package dev.amalgam.job.stage;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.MergePlanner;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.run.MergeExecutor;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.recipe.RecipeFile;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.Models;
import dev.amalgam.job.model.TiedInputs;
import dev.amalgam.job.output.OutputExtras;
import dev.amalgam.job.vocabulary.TokenNumbering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The merges of a recipe whose results its last merge starts from. None is written as a whole: see
 * {@link StageRun}.
 */
public final class Stages {

  private record Stage(String name, StageResult result) {}

  private final MergeSettings settings;
  private final List<Stage> stages = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final List<InputFile> tokenizers = new ArrayList<>();

  private Stages(MergeSettings settings) {
    this.settings = settings;
  }

  /**
   * Plans every stage and adds its result to the models.
   *
   * @throws RecipeException if a stage's recipe is wrong; the message names the stage
   * @throws CheckpointException if a stage's inputs do not fit each other
   */
  public static Stages plan(RecipeFile file, Models models, MergeSettings settings) {
    Stages stages = new Stages(settings);
    for (RecipeFile.Stage stage : file.stages()) {
      String place = "stage " + RecipeException.quote(stage.name()) + ": ";
      try {
        stages.plan(stage, models, place);
      } catch (RecipeException e) {
        throw new RecipeException(place + e.getMessage(), e);
      } catch (CheckpointException e) {
        throw new CheckpointException(place + e.getMessage(), e);
      }
    }
    return stages;
  }

  private void plan(RecipeFile.Stage stage, Models models, String place) {
    Recipe recipe = stage.recipe();
    TokenNumbering numbering =
        TokenNumbering.of(recipe, models, TiedInputs.of(recipe, models, models.open(recipe)));
    MergePlan plan = MergePlanner.plan(recipe, numbering.inputs(), settings.seed());
    if (plan.method() instanceof EvidenceMethod asking && !asking.allowsStages()) {
      throw new RecipeException(
          "merge_method "
              + asking.name()
              + " runs models, which it does in the last document only; merge this one in a run of"
              + " its own");
    }
    OutputExtras extras = OutputExtras.plan(recipe, models, plan, numbering);
    tokenizers.addAll(numbering.read());
    boolean exact = recipe.outDtype().or(recipe::dtype).isEmpty();
    StageResult result = new StageResult(stage.name(), plan, exact);
    models.add(stage.name(), result, extras.modelFiles());
    plan.notes().forEach(note -> warnings.add(place + note));
    warnings.addAll(extras.warnings());
    stages.add(new Stage(stage.name(), result));
  }

  /** Returns the names of the stages in the order in which they run. */
  public List<String> names() {
    return stages.stream().map(Stage::name).toList();
  }

  /** Returns the tokenizers by which tensors were rearranged. */
  public List<InputFile> tokenizers() {
    return List.copyOf(tokenizers);
  }

  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns what merges the tensors of each stage of which a schedule has some made. */
  public Map<StageResult, MergeExecutor> executors(StageSchedule schedule) {
    Map<StageResult, MergeExecutor> executors = new LinkedHashMap<>();
    stages.stream()
        .map(Stage::result)
        .filter(schedule.stages()::contains)
        .forEach(
            result ->
                executors.put(
                    result,
                    new MergeExecutor(result.plan(), settings.threads(), Kernels.warmingUp())));
    return executors;
  }
}
