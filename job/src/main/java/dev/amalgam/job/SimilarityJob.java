package dev.amalgam.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batches;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.dataset.DatasetException;
import dev.amalgam.io.dataset.Pair;
import dev.amalgam.io.dataset.PairReader;
import dev.amalgam.io.dataset.Task;
import dev.amalgam.io.dataset.TextEncoder;
import dev.amalgam.io.model.ModelFolder;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.model.ModelTask;
import dev.amalgam.io.model.SentenceModules;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.Similarity;
import dev.amalgam.job.model.LayerProgress;
import dev.amalgam.job.output.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An evaluation of the embeddings of an encoder without a task head on pairs of texts. {@link
 * #prepare} checks everything that can be checked before the model runs; {@link #run} evaluates. In
 * memory there are the texts of one batch, what one layer makes of them, and a few numbers for each
 * pair.
 */
public final class SimilarityJob implements EvaluationJob {

  private final EvalSettings settings;
  private final ModelFolder folder;
  private final Path data;
  private final SentenceModules modules;
  private final Task task;
  private final TextEncoder encoder;
  private long pairs;
  private long tokens;
  private long cut;

  SimilarityJob(
      Path model, Path data, EvalSettings settings, ModelFolder folder, ProgressListener progress) {
    progress.started("reading", 0);
    this.settings = settings;
    this.folder = folder;
    this.data = data;
    if (folder.model().head().kind() != Targets.Kind.FEATURES) {
      throw new ModelException(
          "%s has a task head, so it is evaluated by what it predicts"
              .formatted(quote(model.toString())));
    }
    if (settings.logits().isPresent()) {
      throw new ModelException(
          "%s is an encoder without a task head, which predicts nothing, so there are no logits to write; leave --logits out"
              .formatted(quote(model.toString())));
    }
    ModelPath location = ModelPath.of(model);
    Path tokenizer = location.tokenizerFolder();
    this.modules = SentenceModules.of(location.folder());
    this.task = ModelTask.ofTexts(folder.model(), modules, tokenizer, settings.maxLength());
    this.encoder = new TextEncoder(ModelTask.tokenizer(tokenizer), task);
    check();
  }

  /**
   * Returns an evaluation that is ready to run: all pairs have been read and checked.
   *
   * @param model the folder of the model
   * @param data the pairs, see {@link PairReader}
   * @throws dev.amalgam.core.AmalgamException if the model cannot be run or has a task head, or a
   *     pair is malformed
   */
  public static SimilarityJob prepare(
      Path model, Path data, EvalSettings settings, ProgressListener progress) {
    ModelFolder folder = ModelFolder.open(model, settings.head());
    try {
      return new SimilarityJob(model, data, settings, folder, progress);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private PairReader reader() {
    return PairReader.open(data, task, encoder);
  }

  private void check() {
    double first = 0;
    boolean equal = true;
    try (PairReader reader = reader()) {
      for (Optional<Pair> next = reader.next(); next.isPresent(); next = reader.next()) {
        Pair pair = next.get();
        first = pairs == 0 ? pair.score() : first;
        equal &= pair.score() == first;
        tokens += pair.text().length() + pair.other().length();
        pairs++;
      }
      cut = reader.cut();
    }
    if (pairs == 0) {
      throw new DatasetException(quote(data.toString()) + " holds no pairs of texts");
    }
    if (equal) {
      throw new DatasetException(
          "%s: all scores are %s, so their correlation with anything is undefined; give pairs of different scores"
              .formatted(quote(data.toString()), first));
    }
  }

  @Override
  public List<String> warnings() {
    return Resources.slowness(Kernels.get()).stream().toList();
  }

  @Override
  public Similarity run(ProgressListener progress) {
    progress.started("evaluating", tokens, ProgressListener.Unit.TOKENS);
    SimilarityBuilder results = new SimilarityBuilder(modules.pooling());
    try (Engine engine = new Engine(settings.threads(), Kernels.get());
        PairReader reader = reader()) {
      ModelRunner runner =
          new ModelRunner(
              folder.model(), engine, new LayerProgress(progress, folder.model().layers().size()));
      Batches batches =
          new Batches(
              settings.batchTokens(),
              batch -> runner.features(batch, states -> results.add(batch, states)));
      for (long i = 0; i < pairs; i++) {
        Pair pair = reader.next().orElseThrow(this::changed);
        results.addScore(pair.score());
        batches.add(pair.text());
        batches.add(pair.other());
      }
      if (reader.next().isPresent()) {
        throw changed();
      }
      batches.finish();
    }
    return results.build(tokens, cut);
  }

  private DatasetException changed() {
    return new DatasetException(
        quote(data.toString()) + " was changed while it was read; start again");
  }

  @Override
  public void close() {
    folder.close();
  }
}
