package dev.amalgam.job;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.ModelComparison;
import dev.amalgam.job.api.ReportException;
import dev.amalgam.job.api.TaskResults;
import dev.amalgam.job.output.Resources;
import dev.amalgam.job.report.ComparePage;
import dev.amalgam.job.report.ComparedModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A comparison of several models of one base: how their deltas lie to each other and to those of
 * experts, and how well they do. {@link #prepare} checks everything that can be checked before
 * tensors are read; {@link #run} compares.
 */
public final class CompareJob implements AutoCloseable {

  /**
   * What is compared.
   *
   * @param models the models, at least one
   * @param base what all of them were made of
   * @param experts experts of that base, to which the models are compared too
   * @param data files of examples: where there are experts, one for each, in the same order
   * @param page the HTML file to write, which must not exist yet
   * @param how models are evaluated, and by how many threads all is done
   */
  public record Settings(
      List<Path> models,
      Path base,
      List<Path> experts,
      List<Path> data,
      Optional<Path> page,
      EvalSettings how) {

    /** Copies the lists. */
    public Settings {
      models = List.copyOf(models);
      experts = List.copyOf(experts);
      data = List.copyOf(data);
    }
  }

  private final Settings settings;
  private final ComparedModels models;

  private CompareJob(Settings settings, ComparedModels models) {
    this.settings = settings;
    this.models = models;
  }

  /**
   * Returns a comparison that is ready to run.
   *
   * @throws dev.amalgam.core.AmalgamException if a model or a file is missing or malformed, they do
   *     not go together, or the page cannot be written
   */
  public static CompareJob prepare(Settings settings, ProgressListener progress) {
    if (!settings.experts().isEmpty()
        && !settings.data().isEmpty()
        && settings.data().size() != settings.experts().size()) {
      throw new ReportException(
          "there are %d files of --data, but %d of --expert; name a file for each expert, in the same order"
              .formatted(settings.data().size(), settings.experts().size()));
    }
    settings.page().ifPresent(PartialFile::check);
    ComparedModels models = ComparedModels.open(settings.base(), all(settings));
    try {
      evaluations(settings).check(progress);
      return new CompareJob(settings, models);
    } catch (RuntimeException e) {
      models.close();
      throw e;
    }
  }

  private static List<Path> all(Settings settings) {
    return Stream.concat(settings.models().stream(), settings.experts().stream()).toList();
  }

  private static TaskEvaluations evaluations(Settings settings) {
    return new TaskEvaluations(
        settings.base(), settings.experts(), settings.models(), settings.data(), settings.how());
  }

  /** Returns what the user should know before models run; one line each. */
  public List<String> warnings() {
    return settings.data().isEmpty()
        ? List.of()
        : Resources.slowness(Kernels.get()).stream().toList();
  }

  /** Compares, and writes the page, if there is to be one. */
  public ModelComparison run(ProgressListener progress) {
    List<String> labels = ModelLabels.of(all(settings));
    List<String> own = labels.subList(0, settings.models().size());
    List<String> experts = labels.subList(own.size(), labels.size());
    Optional<TaskResults> tasks =
        settings.data().isEmpty()
            ? Optional.empty()
            : Optional.of(
                evaluations(settings)
                    .results(Stream.concat(experts.stream(), own.stream()).toList(), progress));
    ModelComparison comparison =
        models.comparison(own, experts, tasks, settings.how().threads(), progress);
    settings.page().ifPresent(file -> ComparePage.write(comparison, AmalgamVersion.get(), file));
    return comparison;
  }

  @Override
  public void close() {
    models.close();
  }
}
