package dev.amalgam.io.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.checkpoint.FileHasher;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.importance.ContentHash;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.io.importance.SidecarMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores that a merge works out, kept in a folder beside the output: {@code OUT.importance}. A file
 * there is named after all that has a bearing on it, so that a second merge finds it.
 */
final class AplScores {

  private final Path folder;
  private final Models.Model base;
  private final AplParameters parameters;
  private final int threads;
  private String baseHash;

  /**
   * Creates nothing yet.
   *
   * @param output the folder of the merged model
   */
  AplScores(Path output, Models.Model base, AplParameters parameters, int threads) {
    this.folder = output.resolveSibling(output.getFileName() + ".importance");
    this.base = base;
    this.parameters = parameters;
    this.threads = threads;
  }

  /**
   * Returns the file with an expert's scores, which is made if it is not there.
   *
   * @throws CheckpointException if the recipe names one, and it was made for other models
   */
  Path of(AplExpert expert, ProgressListener progress) {
    if (expert.sidecar().isPresent()) {
      progress.started("hashing", 0);
      checkModels(expert.sidecar().get(), expert);
      return expert.sidecar().get();
    }
    return scored(expert, expert, progress);
  }

  private void checkModels(Path file, AplExpert expert) {
    try (Sidecar sidecar = Sidecar.open(file)) {
      SidecarMetadata scores = sidecar.metadata();
      boolean ofExpert = scores.expertHash().equals(hash(expert.model().checkpoint().files()));
      if (!ofExpert || !scores.baseHash().equals(baseHash())) {
        throw new CheckpointException(
            "%s holds scores of another model than %s: the SHA-256 of %s differs; work them out again with 'amalgam importance'"
                .formatted(
                    quote(file.toString()),
                    quote(expert.model().reference()),
                    ofExpert ? "the base" : "the expert"));
      }
    }
  }

  private String baseHash() {
    if (baseHash == null) {
      baseHash = hash(base.checkpoint().files());
    }
    return baseHash;
  }

  /** Returns the file with the scores of an expert's delta on another task's examples. */
  Path scored(AplExpert delta, AplExpert task, ProgressListener progress) {
    Path data = task.data().orElseThrow();
    ImportanceJob.Settings settings = parameters.scoring(task.scored(), threads);
    progress.started("hashing", 0);
    String key =
        String.join(
            "\n",
            AmalgamVersion.get(),
            baseHash(),
            hash(delta.model().checkpoint().files()),
            hash(files(delta.model())),
            hash(List.of(data)),
            settings.maxLength() + " " + settings.examples(),
            describe(settings.importance()));
    Path file =
        folder.resolve(
            FileHasher.sha256(key.getBytes(StandardCharsets.UTF_8)).substring(0, 32)
                + ".safetensors");
    if (!Files.exists(file)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw FileProblems.unwritable(folder, e);
      }
      try (ImportanceJob job =
          ImportanceJob.prepare(
              delta.model().location().path(), base.location().path(), data, settings)) {
        job.run(file, progress);
      }
    }
    return file;
  }

  // What else says how the model runs and what its tokens are.
  private static List<Path> files(Models.Model model) {
    List<Path> files = new ArrayList<>(CompanionFiles.ofTokenizer(model.tokenizerFolder()));
    files.add(model.folder().resolve(ModelConfig.FILE));
    return files;
  }

  // Everything but the room for states, which has no bearing.
  private static String describe(ImportanceSettings settings) {
    return String.join(
        " ",
        settings.level().word(),
        settings.estimator().name(),
        settings.point().name(),
        Integer.toString(settings.steps()),
        settings.aggregate().name());
  }

  private static String hash(List<Path> files) {
    return ContentHash.of(files, _ -> {}, () -> false);
  }
}
