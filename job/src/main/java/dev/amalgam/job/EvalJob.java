package dev.amalgam.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Batches;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.dataset.Dataset;
import dev.amalgam.io.dataset.DatasetException;
import dev.amalgam.io.dataset.ExampleReader;
import dev.amalgam.io.dataset.Task;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.model.ModelFolder;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.model.ModelTask;
import dev.amalgam.io.model.TokenIds;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.model.LayerProgress;
import dev.amalgam.job.output.Resources;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An evaluation of a model on the examples in a file. {@link #prepare} checks everything that can
 * be checked before the model runs; {@link #run} evaluates. In memory there are the examples of one
 * batch, what one layer makes of them, and a few numbers for each example.
 */
public final class EvalJob implements EvaluationJob {

  private final EvalSettings settings;
  private final ModelFolder folder;
  private final Task task;
  private final Dataset dataset;
  private final Dataset.Size size;
  private final int padding;
  private final List<TensorInfo> logitsTensors;

  EvalJob(
      Path model, Path data, EvalSettings settings, ModelFolder folder, ProgressListener progress) {
    this.settings = settings;
    this.folder = folder;
    settings.logits().ifPresent(PartialFile::check);
    ModelPath location = ModelPath.of(model);
    Path tokenizer = location.tokenizerFolder();
    this.task = ModelTask.of(folder.model(), folder.headConfig(), tokenizer, settings.maxLength());
    this.dataset = Dataset.of(data, task, () -> ModelTask.tokenizer(tokenizer));
    this.padding = TokenIds.padding(location.folder(), task.vocabulary());
    progress.started("reading", 0);
    this.size = dataset.size();
    this.logitsTensors =
        settings
            .logits()
            .map(
                path ->
                    LogitsFile.plan(path, folder.model().head(), size.examples(), size.longest()))
            .orElse(List.of());
  }

  /**
   * Returns an evaluation that is ready to run: all examples have been read and checked.
   *
   * @param model the folder of the model
   * @param data the examples, see {@link Dataset}
   * @throws dev.amalgam.core.AmalgamException if the model cannot be run, an example is malformed
   *     or does not suit the model, or the logits cannot be written
   */
  public static EvalJob prepare(
      Path model, Path data, EvalSettings settings, ProgressListener progress) {
    ModelFolder folder = ModelFolder.open(model, settings.head());
    try {
      return new EvalJob(model, data, settings, folder, progress);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  @Override
  public List<String> warnings() {
    return Resources.slowness(Kernels.get()).stream().toList();
  }

  @Override
  public Evaluation run(ProgressListener progress) {
    Model model = folder.model();
    // With logits, every example is padded to the length of the longest.
    long tokens = settings.logits().isPresent() ? size.examples() * size.longest() : size.tokens();
    progress.started("evaluating", tokens, ProgressListener.Unit.TOKENS);
    EvaluationBuilder results = new EvaluationBuilder(model.head().kind(), task.classes());
    try (Engine engine = new Engine(settings.threads(), Kernels.get());
        ExampleReader examples = dataset.examples();
        LogitsFile logits =
            settings.logits().map(path -> LogitsFile.create(path, logitsTensors)).orElse(null)) {
      ModelRunner runner =
          new ModelRunner(model, engine, new LayerProgress(progress, model.layers().size()));
      Batches batches =
          new Batches(settings.batchTokens(), batch -> evaluate(batch, runner, logits, results));
      for (long i = 0; i < size.examples(); i++) {
        Example next = examples.next().orElseThrow(this::changed);
        batches.add(logits == null ? next : padded(next));
      }
      if (examples.next().isPresent()) {
        throw changed();
      }
      batches.finish();
      if (logits != null) {
        logits.finish();
      }
    }
    return results.build(size.cut());
  }

  private static void evaluate(
      Batch batch, ModelRunner runner, LogitsFile logits, EvaluationBuilder results) {
    if (logits == null) {
      results.add(batch, runner.losses(batch));
    } else {
      logits.write(batch);
      results.add(batch, runner.losses(batch, (first, states) -> logits.write(states)));
    }
  }

  private Example padded(Example example) {
    int length = example.length();
    int width = size.longest();
    if (length > width) {
      throw changed();
    }
    if (length == width) {
      return example;
    }
    int[] ids = Arrays.copyOf(example.inputIds(), width);
    Arrays.fill(ids, length, width, padding);
    boolean[] attended = new boolean[width];
    Arrays.fill(attended, 0, length, true);
    example.attentionMask().ifPresent(mask -> System.arraycopy(mask, 0, attended, 0, length));
    int[] labels = example.labels();
    if (labels.length == length && !folder.model().head().kind().isOfText()) {
      labels = Arrays.copyOf(labels, width);
      Arrays.fill(labels, length, width, Example.IGNORED);
    }
    return new Example(
        ids,
        Optional.of(attended),
        example.tokenTypeIds().map(types -> Arrays.copyOf(types, width)),
        labels,
        example.numbers());
  }

  private DatasetException changed() {
    return new DatasetException(
        quote(dataset.file().toString()) + " was changed while it was read; start again");
  }

  @Override
  public void close() {
    folder.close();
  }
}
