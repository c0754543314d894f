package dev.amalgam.job;

import dev.amalgam.core.importance.ExampleLoss;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.dataset.Dataset;
import dev.amalgam.io.dataset.Task;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.importance.ContentHash;
import dev.amalgam.io.model.ExpertFolder;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.model.ModelTask;
import dev.amalgam.job.api.ImportanceSummary;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.evidence.FirstExamples;
import dev.amalgam.job.evidence.Scoring;
import dev.amalgam.job.evidence.ScoringTarget;
import dev.amalgam.job.output.Resources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Works out the importance of the parts of an expert's delta on the examples in a file, and writes
 * it to a sidecar. {@link #prepare} checks everything that can be checked first.
 */
public final class ImportanceJob implements AutoCloseable {

  private final ScoringSettings settings;
  private final Path data;
  private final ExpertFolder folder;
  private final List<Example> examples;

  private ImportanceJob(Path expert, Path data, ScoringSettings settings, ExpertFolder folder) {
    this.settings = settings;
    this.data = data;
    this.folder = folder;
    Model model = folder.expert().at(1);
    ModelPath place = ModelPath.of(expert);
    Path tokenizer = place.tokenizerFolder();
    Task task =
        ModelTask.ofTaught(
            model, folder.expert().config(), place.folder(), tokenizer, settings.maxLength());
    Dataset dataset = Dataset.of(data, task, () -> ModelTask.tokenizer(tokenizer));
    this.examples = FirstExamples.of(dataset, settings.examples(), settings.seed());
    FirstExamples.check(dataset, examples, model.head().kind(), false);
    Scoring.check(settings, folder.expert(), ExampleLoss.areLabelled(model, examples));
  }

  /**
   * Returns a job that is ready to run.
   *
   * @param expert the folder of the fine-tuned model
   * @param base the folder of the model it was fine-tuned from
   * @param data the examples, see {@link Dataset}
   * @throws dev.amalgam.core.AmalgamException if a model cannot be run, or an example is malformed
   */
  public static ImportanceJob prepare(Path expert, Path base, Path data, ScoringSettings settings) {
    ExpertFolder folder = ExpertFolder.open(base, expert);
    try {
      return new ImportanceJob(expert, data, settings, folder);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** Returns what the user should know before the models run; one line each. */
  public List<String> warnings() {
    return Resources.slowness(Kernels.get()).stream().toList();
  }

  /**
   * Checks that a sidecar can be written, so that this is known before any work.
   *
   * @throws CheckpointException if it exists, or its folder cannot be written to
   */
  public static void checkOutput(Path output) {
    PartialFile.check(output);
  }

  /**
   * Works out importance and writes the sidecar.
   *
   * @param output the file to write; it must not exist yet
   * @throws CheckpointException if it cannot be written
   */
  public ImportanceSummary run(Path output, ProgressListener progress) {
    checkOutput(output);
    try (Hashes hashes = new Hashes()) {
      Scoring scoring =
          new Scoring(
              settings,
              folder.expert(),
              examples,
              () -> await(hashes.base),
              () -> await(hashes.data));
      return scoring
          .run(
              List.of(new ScoringTarget(folder.expert(), () -> await(hashes.expert), output)),
              progress)
          .getFirst();
    }
  }

  /** Digests that are worked out on other threads meanwhile. */
  private final class Hashes implements AutoCloseable {
    private volatile boolean cancelled;
    private final CompletableFuture<String> base = start(files(folder.base()));
    private final CompletableFuture<String> expert = start(files(folder.checkpoint()));
    private final CompletableFuture<String> data = start(List.of(ImportanceJob.this.data));

    private CompletableFuture<String> start(List<Path> files) {
      return CompletableFuture.supplyAsync(() -> ContentHash.of(files, _ -> {}, () -> cancelled));
    }

    @Override
    public void close() {
      cancelled = true;
    }
  }

  private static String await(CompletableFuture<String> digest) {
    try {
      return digest.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static List<Path> files(StoredCheckpoint folder) {
    return new ArrayList<>(folder.files());
  }

  @Override
  public void close() {
    folder.close();
  }
}
