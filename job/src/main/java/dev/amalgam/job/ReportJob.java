package dev.amalgam.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.importance.ContentHash;
import dev.amalgam.io.model.ExpertFolder;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.ReportException;
import dev.amalgam.job.api.ReportSettings;
import dev.amalgam.job.output.Resources;
import dev.amalgam.job.report.ComparedModels;
import dev.amalgam.job.report.MergeRecord;
import dev.amalgam.job.report.MergedModel;
import dev.amalgam.job.report.Report;
import dev.amalgam.job.report.ReportInputs;
import dev.amalgam.job.report.ReportModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A report about a merged model, importance scores, or both: one HTML file. {@link #prepare} checks
 * everything that can be checked before models are run; {@link #run} writes the report.
 */
public final class ReportJob implements AutoCloseable {

  /**
   * What is reported besides the sidecars.
   *
   * @param report budgets and temperatures
   * @param base the folder of the base; needed with experts
   * @param experts the folders of experts, whose deltas are compared
   * @param merge the folder of a merged model, which is compared with base and experts
   * @param data with a merged model a file of examples for each expert, in the same order, on which
   *     base, experts and merged model are evaluated
   * @param maxLength the most tokens of an example; if absent, what the models were made for
   * @param batchTokens the most tokens that run through a model together
   * @param threads the number of worker threads, at least 1
   */
  public record Settings(
      ReportSettings report,
      Optional<Path> base,
      List<Path> experts,
      Optional<Path> merge,
      List<Path> data,
      OptionalInt maxLength,
      int batchTokens,
      int threads) {

    /** Copies the lists. */
    public Settings {
      experts = List.copyOf(experts);
      data = List.copyOf(data);
    }
  }

  private final Settings settings;
  private final Path output;
  private final ReportInputs inputs;
  private final Optional<StoredCheckpoint> base;
  private final List<ReportModels.Expert> experts = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Optional<MergeRecord> record;
  private Optional<ComparedModels> compared = Optional.empty();
  private Optional<String> incomparable = Optional.empty();

  private ReportJob(
      Settings settings, Path output, ReportInputs inputs, ProgressListener progress) {
    this.settings = settings;
    this.output = output;
    this.inputs = inputs;
    this.base = settings.base().map(path -> ModelPath.of(path).open());
    try {
      this.record = settings.merge().flatMap(MergeRecord::read);
      openExperts(progress);
      if (settings.merge().isPresent()) {
        openMerge(settings.merge().get(), progress);
      }
    } catch (RuntimeException e) {
      closeModels();
      throw e;
    }
  }

  private void openMerge(Path merge, ProgressListener progress) {
    if (!settings.experts().isEmpty()) {
      try {
        compared = Optional.of(ComparedModels.open(settings.base().orElseThrow(), with(merge)));
      } catch (ReportException e) {
        // Such as a stack of layers: it can be evaluated all the same.
        incomparable = Optional.of(e.getMessage());
        warnings.add(e.getMessage());
      }
    }
    if (record.isEmpty()) {
      warnings.add(
          quote(merge.toString())
              + " has no amalgam.json, so the report does not tell what was merged");
    }
    if (!settings.data().isEmpty()) {
      evaluations(merge).check(progress);
      warnings.addAll(Resources.slowness(Kernels.get()).stream().toList());
    }
  }

  private List<Path> with(Path merge) {
    return Stream.concat(settings.experts().stream(), Stream.of(merge)).toList();
  }

  private void openExperts(ProgressListener progress) {
    if (base.isEmpty()) {
      return;
    }
    List<String> labels = ModelLabels.of(settings.experts());
    for (int t = 0; t < labels.size(); t++) {
      Path path = settings.experts().get(t);
      ExpertFolder folder = ExpertFolder.open(settings.base().orElseThrow(), path);
      experts.add(new ReportModels.Expert(labels.get(t), folder, ""));
    }
    if (inputs.count() > 0) {
      findScores(progress);
    }
  }

  /** Tells by hashes which sidecars are about which models. */
  private void findScores(ProgressListener progress) {
    progress.started("hashing", 0);
    String scored = inputs.baseHash().orElseThrow();
    if (!hash(base.orElseThrow()).equals(scored)) {
      throw new ReportException(
          "%s is not the base of the scores, which has SHA-256 %s; name the folder that 'amalgam importance' had for --base"
              .formatted(quote(settings.base().orElseThrow().toString()), quote(scored)));
    }
    for (int t = 0; t < experts.size(); t++) {
      ReportModels.Expert expert = experts.get(t);
      String hash = hash(expert.folder().checkpoint());
      experts.set(t, new ReportModels.Expert(expert.label(), expert.folder(), hash));
      if (!inputs.expertHashes().contains(hash)) {
        warnings.add(
            "none of the sidecars is about %s, so its sign conflicts are not weighted by importance"
                .formatted(quote(settings.experts().get(t).toString())));
      }
    }
  }

  private static String hash(StoredCheckpoint folder) {
    return ContentHash.of(folder.files(), _ -> {}, () -> false);
  }

  /**
   * Returns a report that is ready to be made.
   *
   * @param sidecars the files of importance scores, all of experts of one base; none to report
   *     about a merged model alone
   * @param output the HTML file to write; it must not exist yet
   * @throws dev.amalgam.core.AmalgamException if something is missing or malformed, does not go
   *     together, or the file cannot be written
   */
  public static ReportJob prepare(
      List<Path> sidecars, Path output, Settings settings, ProgressListener progress) {
    check(settings);
    if (sidecars.isEmpty() && settings.merge().isEmpty()) {
      throw new ReportException(
          "there is nothing to report about; name sidecars that 'amalgam importance' wrote, or a"
              + " merged model with --merge");
    }
    PartialFile.check(output);
    ReportInputs inputs = ReportInputs.open(sidecars);
    try {
      return new ReportJob(settings, output, inputs, progress);
    } catch (RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  private static void check(Settings settings) {
    int experts = settings.experts().size();
    if (settings.merge().isEmpty() && !settings.data().isEmpty()) {
      throw new ReportException(
          "examples are for the evaluation of a merged model; add --merge, or leave --data out");
    }
    if (!settings.data().isEmpty() && settings.data().size() != experts) {
      throw new ReportException(
          "there are %d files of --data, but %d of --expert; name a file for each expert, in the same order"
              .formatted(settings.data().size(), experts));
    }
    if (settings.base().isEmpty() && experts > 0) {
      throw new ReportException(
          "experts are compared by how they differ from their base; add --base");
    }
    if (settings.base().isPresent() && experts < (settings.merge().isPresent() ? 1 : 2)) {
      throw new ReportException(
          "a base by itself tells nothing; add --expert with at least two folders, or leave --base"
              + " out");
    }
  }

  /** Returns what the user should know; one line each. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Compares and evaluates models, if there is a merged one, and writes the report. */
  public void run(ProgressListener progress) {
    Optional<MergedModel> merge = settings.merge().map(path -> merged(path, progress));
    Optional<ReportModels> models =
        base.filter(_ -> experts.size() > 1).map(folder -> new ReportModels(folder, experts));
    Report.write(inputs, settings.report(), models, merge, AmalgamVersion.get(), output, progress);
  }

  private MergedModel merged(Path path, ProgressListener progress) {
    List<String> labels =
        new ArrayList<>(experts.stream().map(ReportModels.Expert::label).toList());
    labels.add("merged");
    return new MergedModel(
        path.toString(),
        record,
        settings.data().isEmpty()
            ? Optional.empty()
            : Optional.of(evaluations(path).results(labels, progress)),
        compared.map(
            models ->
                new MergedModel.Deltas(labels, models.products(settings.threads(), progress))),
        incomparable);
  }

  private TaskEvaluations evaluations(Path merge) {
    EvalSettings how =
        new EvalSettings(
            Optional.empty(),
            settings.maxLength(),
            settings.batchTokens(),
            settings.threads(),
            Optional.empty());
    return new TaskEvaluations(
        settings.base().orElseThrow(), settings.experts(), List.of(merge), settings.data(), how);
  }

  private void closeModels() {
    base.ifPresent(StoredCheckpoint::close);
    compared.ifPresent(ComparedModels::close);
    experts.forEach(expert -> expert.folder().close());
  }

  @Override
  public void close() {
    closeModels();
    inputs.close();
  }
}
