package dev.amalgam.job;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.EvidenceMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.merge.PreparedMethod;
import dev.amalgam.core.merge.RepairHistory;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.MergePlanner;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.run.MergeExecutor;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.ModelSink;
import dev.amalgam.io.checkpoint.OutputFormat;
import dev.amalgam.io.checkpoint.OutputFormats;
import dev.amalgam.io.checkpoint.OutputLayout;
import dev.amalgam.io.checkpoint.OutputModel;
import dev.amalgam.io.recipe.RecipeFile;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.MergeSummary;
import dev.amalgam.job.api.ModelWork;
import dev.amalgam.job.api.OutputFile;
import dev.amalgam.job.evidence.EvidencePlan;
import dev.amalgam.job.evidence.GatheredEvidence;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.Models;
import dev.amalgam.job.model.TiedInputs;
import dev.amalgam.job.output.FreeSpace;
import dev.amalgam.job.output.InputHashes;
import dev.amalgam.job.output.InputStamps;
import dev.amalgam.job.output.OutputExtras;
import dev.amalgam.job.output.OutputFolder;
import dev.amalgam.job.output.OutputTarget;
import dev.amalgam.job.output.Provenance;
import dev.amalgam.job.output.Resources;
import dev.amalgam.job.output.SmallFiles;
import dev.amalgam.job.stage.StageResult;
import dev.amalgam.job.stage.StageRun;
import dev.amalgam.job.stage.StageSchedule;
import dev.amalgam.job.stage.Stages;
import dev.amalgam.job.vocabulary.TokenNumbering;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A merge from a recipe to a folder. {@link #prepare} checks everything that can be checked before
 * the first byte is written; {@link #run} merges.
 */
public final class MergeJob implements AutoCloseable {

  private final RecipeFile recipe;
  private final MergeSettings settings;
  private final Optional<OutputTarget> output;
  private final Models models;
  private final Stages stages;
  private final MergePlan plan;
  private final OutputFormat format;
  private final OutputLayout layout;
  private final List<String> order;
  private final StageSchedule schedule;
  private final Map<StageResult, MergeExecutor> stageExecutors;
  private final MergeExecutor executor;
  private final OutputExtras extras;
  private final List<InputFile> inputs;
  private final InputStamps stamps;
  private final MergeSummary summary;
  private final Optional<EvidencePlan> evidence;
  private List<String> choices = List.of();
  private Optional<RepairHistory> repair = Optional.empty();

  private MergeJob(
      RecipeFile recipe, Optional<Path> output, MergeSettings settings, Models models) {
    this.recipe = recipe;
    this.settings = settings;
    this.models = models;
    this.format = OutputFormats.named(settings.format());
    this.stages = Stages.plan(recipe, models, settings);
    TokenNumbering numbering =
        TokenNumbering.of(
            recipe.recipe(),
            models,
            TiedInputs.of(recipe.recipe(), models, models.open(recipe.recipe())));
    if (MergeMethods.named(recipe.recipe().mergeMethod()) instanceof EvidenceMethod asking) {
      numbering.refuseUnlessAlike(asking.name(), models);
    }
    this.plan = MergePlanner.plan(recipe.recipe(), numbering.inputs(), settings.seed());
    this.extras = OutputExtras.plan(recipe.recipe(), models, plan, numbering);
    this.evidence =
        plan.method() instanceof EvidenceMethod asking
            ? Optional.of(evidence(asking, numbering))
            : Optional.empty();
    this.inputs = inputFiles(numbering);
    this.stamps = new InputStamps(inputs.stream().map(InputFile::path).toList());
    this.output = output.map(path -> new OutputTarget(path, settings.replace(), neededPaths()));
    this.output.ifPresent(OutputTarget::check);
    this.layout =
        format.plan(new OutputModel(plan.outputs(), extras::companion), settings.shardBytes());
    this.order = layout.order().stream().map(TensorInfo::name).toList();
    this.schedule = new StageSchedule(plan, order, evidence.isPresent());
    this.stageExecutors = stages.executors(schedule);
    this.executor = new MergeExecutor(plan, settings.threads(), Kernels.warmingUp());
    this.summary = summarize();
    Resources.check(summary, Runtime.getRuntime().maxMemory());
  }

  /**
   * Returns a merge that is ready to run, by the recipe in a file.
   *
   * @see #prepare(RecipeFile, Path, MergeSettings)
   */
  public static MergeJob prepare(Path recipe, Path output, MergeSettings settings) {
    Kernels.warmUp();
    return prepare(RecipeFile.read(recipe), output, settings);
  }

  /**
   * Returns a merge that is ready to run.
   *
   * @param output the folder to write
   * @throws RecipeException if the recipe is wrong
   * @throws CheckpointException if an input is wrong, or the output cannot be written, or disk or
   *     memory do not suffice
   */
  public static MergeJob prepare(RecipeFile recipe, Path output, MergeSettings settings) {
    Kernels.warmUp();
    return plan(recipe, Optional.of(output), settings);
  }

  /**
   * Returns what a merge would do, after checking all that {@link #prepare} checks but the output
   * folder and its disk.
   *
   * @param recipe the recipe's file
   * @param threads the number of worker threads that the merge would have
   * @throws RecipeException if the recipe is wrong
   * @throws CheckpointException if an input is wrong, or memory does not suffice
   */
  public static MergeSummary check(Path recipe, int threads) {
    MergeSettings settings = MergeSettings.defaults().withThreads(threads);
    try (MergeJob job = plan(RecipeFile.read(recipe), Optional.empty(), settings)) {
      return job.summary();
    }
  }

  private static MergeJob plan(RecipeFile recipe, Optional<Path> output, MergeSettings settings) {
    Models models = Models.besides(recipe.path());
    try {
      return new MergeJob(recipe, output, settings, models);
    } catch (RecipeException e) {
      models.close();
      String place = recipe.path().map(Path::toString).orElse("recipe");
      throw new RecipeException(place + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      models.close();
      throw e;
    }
  }

  private EvidencePlan evidence(EvidenceMethod method, TokenNumbering numbering) {
    return new EvidencePlan(
        method, recipe.recipe(), plan, numbering.inputs(), models, settings.threads());
  }

  private List<Path> neededPaths() {
    List<Path> needed = new ArrayList<>();
    recipe.path().ifPresent(needed::add);
    needed.add(extras.tokenizer().folder());
    models.all().forEach(model -> needed.addAll(model.location().all()));
    inputs.forEach(input -> needed.add(input.path()));
    return needed;
  }

  private List<String> warnings() {
    Set<String> warnings = new LinkedHashSet<>(stages.warnings());
    warnings.addAll(plan.notes());
    warnings.addAll(extras.warnings());
    output.flatMap(path -> Resources.slowness(Kernels.warmingUp())).ifPresent(warnings::add);
    return List.copyOf(warnings);
  }

  private MergeSummary summarize() {
    Map<DType, Long> bytesByType = new EnumMap<>(DType.class);
    plan.outputs().forEach(t -> bytesByType.merge(t.dtype(), t.bytes(), Long::sum));
    long copied = plan.tensors().stream().filter(TensorPlan.Copied.class::isInstance).count();
    return new MergeSummary(
        stages.names(),
        plan.method().name(),
        models.all().stream().map(Models.Model::reference).toList(),
        output.map(OutputTarget::path),
        plan.tensors().size() - copied,
        copied,
        plan.outputs().stream().mapToLong(t -> t.shape().elements()).sum(),
        bytesByType,
        layout.fileNames(),
        models.all().stream()
            .flatMap(model -> model.checkpoint().files().stream())
            .mapToLong(InputHashes::size)
            .sum(),
        layout.bytes(),
        schedule.fileBytes(),
        output.map(target -> FreeSpace.at(target.absolute())).orElse(0L),
        schedule.memoryBytes()
            + stageExecutors.values().stream().mapToLong(MergeExecutor::estimatedMemory).sum()
            + executor.estimatedMemory()
            + evidence.map(EvidencePlan::estimatedMemory).orElse(0L)
            + models.all().stream()
                .mapToLong(model -> model.checkpoint().estimatedMemory(settings.threads()))
                .sum(),
        models.renamings(),
        plan.leftOut(),
        warnings());
  }

  /** Returns what the merge will do. */
  public MergeSummary summary() {
    return summary;
  }

  /** Returns what models will run on first, if the method asks them and can tell. */
  public Optional<ModelWork> modelWork() {
    return evidence.flatMap(EvidencePlan::work);
  }

  /**
   * Returns how many floating point operations a second the threads make that will run models,
   * measured now, which takes some tenths of a second.
   */
  public double measuredRate() {
    return evidence.orElseThrow().measuredRate();
  }

  /**
   * Merges and returns the files of the output folder, which appears when everything is on disk and
   * not before.
   */
  public List<OutputFile> run(ProgressListener progress) {
    try (OutputFolder folder = OutputFolder.create(output.orElseThrow());
        StageRun made = new StageRun(schedule, stageExecutors, output.orElseThrow().absolute());
        InputHashes hashes = new InputHashes(filesToHash(), settings.threads())) {
      List<OutputFile> files = new ArrayList<>();
      if (evidence.isPresent()) {
        mergeWithEvidence(evidence.get(), folder, made, files, progress);
      } else {
        progress.started("merging", outputBytes() + schedule.bytes());
        merge(executor, folder, made, files, progress);
      }
      SmallFiles small = new SmallFiles(folder.path(), settings.hashOutputs());
      if (!format.holdsCompanions()) {
        extras.writeCompanions(small);
      }
      extras.writeCard(small, recipe, settings.seed());
      files.addAll(small.written());
      hashes.report(progress);
      Recipe.RandomMasks masks = recipe.recipe().randomMasks();
      small.write(
          Provenance.FILE,
          Provenance.of(
              settings,
              recipe.text(),
              plan.method().name(),
              choices,
              repair,
              masks.name(),
              models.renamings(),
              Provenance.inputs(inputs, hashes),
              files));
      files.add(small.written().getLast());
      stamps.check();
      folder.finish();
      return List.copyOf(files);
    }
  }

  private void mergeWithEvidence(
      EvidencePlan asking,
      OutputFolder folder,
      StageRun made,
      List<OutputFile> files,
      ProgressListener progress) {
    if (schedule.bytes() > 0) {
      progress.started("merging stages", schedule.bytes());
      made.makeFor(order.getFirst(), progress);
    }
    Path out = output.orElseThrow().path();
    try (GatheredEvidence gathered = asking.gather(out, progress)) {
      PreparedMethod method = asking.prepare(out, gathered);
      choices = method.choices();
      repair = method.repair();
      progress.started("merging", outputBytes());
      merge(
          new MergeExecutor(plan, method, settings.threads(), Kernels.warmingUp()),
          folder,
          made,
          files,
          progress);
    }
  }

  private long outputBytes() {
    return plan.outputs().stream().mapToLong(TensorInfo::bytes).sum();
  }

  private void merge(
      MergeExecutor executor,
      OutputFolder folder,
      StageRun made,
      List<OutputFile> files,
      ProgressListener progress) {
    try (ModelSink writer = layout.open(folder.path(), settings.hashOutputs());
        MergeExecutor.Run run = executor.start()) {
      for (String tensor : order) {
        made.makeFor(tensor, progress);
        run.merge(tensor, writer, progress);
        made.dropAfter(tensor);
      }
      progress.started("finishing", 0);
      writer.finish().forEach(f -> files.add(new OutputFile(f.name(), f.bytes(), f.sha256())));
    }
  }

  /** Returns, after a run, what was chosen by examples; one line each, {@code lambda 0.3}. */
  public List<String> choices() {
    return choices;
  }

  private List<InputFile> inputFiles(TokenNumbering numbering) {
    Set<InputFile> files = new LinkedHashSet<>();
    for (Models.Model model : models.all()) {
      List<Path> tensors = new ArrayList<>(model.checkpoint().files());
      model.checkpoint().indexFile().ifPresent(tensors::add);
      tensors.forEach(file -> files.add(new InputFile(model.reference(), file)));
    }
    files.addAll(extras.inputFiles());
    files.addAll(stages.tokenizers());
    files.addAll(numbering.read());
    evidence.ifPresent(asking -> files.addAll(asking.inputFiles()));
    return List.copyOf(files);
  }

  private List<Path> filesToHash() {
    return settings.hashInputs() ? inputs.stream().map(InputFile::path).toList() : List.of();
  }

  @Override
  public void close() {
    models.close();
  }
}
