package dev.amalgam.io.job;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.MergePlanner;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.run.MergeExecutor;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.checkpoint.CheckpointWriter;
import dev.amalgam.io.checkpoint.ShardLayout;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.recipe.RecipeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The merges of a recipe whose results its last merge starts from. Their tensors are made one stage
 * after the other in a folder that is removed at the end.
 */
final class Stages {

  private static final String FOLDER = ".stages";

  private record Stage(String name, StageResult result) {}

  private final MergeJob.Settings settings;
  private final List<Stage> stages = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final List<InputFile> tokenizers = new ArrayList<>();

  private Stages(MergeJob.Settings settings) {
    this.settings = settings;
  }

  /**
   * Plans every stage and adds its result to the models.
   *
   * @throws RecipeException if a stage's recipe is wrong; the message names the stage
   * @throws CheckpointException if a stage's inputs do not fit each other
   */
  static Stages plan(RecipeFile file, Models models, MergeJob.Settings settings) {
    Stages stages = new Stages(settings);
    for (RecipeFile.Stage stage : file.stages()) {
      String place = "stage " + RecipeException.quote(stage.name()) + ": ";
      try {
        stages.plan(stage, models);
      } catch (RecipeException e) {
        throw new RecipeException(place + e.getMessage(), e);
      } catch (CheckpointException e) {
        throw new CheckpointException(place + e.getMessage(), e);
      }
    }
    return stages;
  }

  private void plan(RecipeFile.Stage stage, Models models) {
    Recipe recipe = stage.recipe();
    if (recipe.mergeMethod().equals("apl")) {
      throw new RecipeException(
          "merge_method apl runs models to work out importance, which it does in the last document"
              + " only; merge this one in a run of its own");
    }
    TokenNumbering numbering = TokenNumbering.of(recipe, models, models.open(recipe));
    MergePlan plan = MergePlanner.plan(recipe, numbering.inputs(), settings.seed());
    OutputExtras extras = OutputExtras.plan(recipe, models, plan, plan.template(), numbering);
    tokenizers.addAll(numbering.read());
    boolean exact = recipe.outDtype().or(recipe::dtype).isEmpty();
    StageResult result = new StageResult(stage.name(), plan, exact);
    models.add(stage.name(), result, extras.modelFiles());
    warnings.addAll(extras.warnings());
    stages.add(new Stage(stage.name(), result));
  }

  /** Tells which tensors of the stages the last merge reads. */
  void needFor(MergePlan last) {
    last.tensors().stream()
        .flatMap(tensor -> tensor.sources().stream())
        .forEach(source -> StageResult.need(source.checkpoint(), source.tensor().name()));
  }

  /** Returns the names of the stages in the order in which they run. */
  List<String> names() {
    return stages.stream().map(Stage::name).toList();
  }

  /** Returns the tokenizers by which tensors were rearranged. */
  List<InputFile> tokenizers() {
    return List.copyOf(tokenizers);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns the bytes of the tensors that must be made. */
  long bytes() {
    return stages.stream()
        .flatMap(stage -> stage.result().needed().stream())
        .mapToLong(TensorInfo::bytes)
        .sum();
  }

  /** Returns an estimate of the bytes of buffers that any of the stages holds at once. */
  long estimatedMemory() {
    return stages.stream()
        .filter(stage -> !stage.result().needed().isEmpty())
        .mapToLong(stage -> executor(stage).estimatedMemory())
        .max()
        .orElse(0);
  }

  private MergeExecutor executor(Stage stage) {
    return new MergeExecutor(stage.result().plan(), settings.threads(), Kernels.warmingUp());
  }

  /**
   * Makes the tensors that are needed.
   *
   * @param output the folder in which a folder for them is made
   */
  void run(Path output, ProgressListener progress) {
    int number = 0;
    for (Stage stage : stages) {
      number++;
      if (!stage.result().needed().isEmpty()) {
        run(stage, output.resolve(FOLDER).resolve(Integer.toString(number)), progress);
      }
    }
  }

  private void run(Stage stage, Path folder, ProgressListener progress) {
    ShardLayout layout = ShardLayout.of(stage.result().needed(), Long.MAX_VALUE);
    progress.started("merging " + RecipeException.quote(stage.name()), layout.bytes());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileProblems.unwritable(folder, e);
    }
    try (CheckpointWriter writer = CheckpointWriter.create(folder, layout, Map.of(), false)) {
      executor(stage).run(layout.order().stream().map(TensorInfo::name).toList(), writer, progress);
      writer.finish();
    }
    stage.result().made(CheckpointFolder.open(folder));
  }

  /** Removes what {@link #run} made in a folder. */
  void remove(Path output) {
    stages.forEach(stage -> stage.result().close());
    Path folder = output.resolve(FOLDER);
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw FileProblems.unwritable(folder, e);
    }
  }
}
