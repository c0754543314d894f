package dev.amalgam.job;

import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.model.ModelFolder;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.EvaluationResult;
import java.nio.file.Path;
import java.util.List;

/**
 * An evaluation of a model: by what it predicts, or by its embeddings, if it is an encoder without
 * a task head.
 */
public sealed interface EvaluationJob extends AutoCloseable permits EvalJob, SimilarityJob {

  /**
   * Returns the evaluation that suits a model, ready to run: all examples have been read and
   * checked.
   *
   * @param model the folder of the model
   * @param data the examples, see {@link dev.amalgam.io.dataset.Dataset}, or pairs of texts, see
   *     {@link dev.amalgam.io.dataset.PairReader}
   * @throws dev.amalgam.core.AmalgamException if the model cannot be run, an example is malformed
   *     or does not suit the model, or the logits cannot be written
   */
  static EvaluationJob prepare(
      Path model, Path data, EvalSettings settings, ProgressListener progress) {
    ModelFolder folder = ModelFolder.open(model, settings.head());
    try {
      return folder.model().head().kind() == Targets.Kind.FEATURES
          ? new SimilarityJob(model, data, settings, folder, progress)
          : new EvalJob(model, data, settings, folder, progress);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** Returns what the user should know before the model runs; one line each. */
  List<String> warnings();

  /**
   * Evaluates the model.
   *
   * @throws dev.amalgam.io.dataset.DatasetException if the file with the examples was changed since
   *     they were checked
   */
  EvaluationResult run(ProgressListener progress);

  @Override
  void close();
}
