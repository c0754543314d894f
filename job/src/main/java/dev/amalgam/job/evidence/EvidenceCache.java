package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.checkpoint.FileHasher;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.importance.ContentHash;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.io.importance.SidecarMetadata;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.model.Models;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores that a merge works out, kept in a folder beside the output: {@code OUT.importance}. A file
 * there is named after all that has a bearing on it, so that a second merge finds it.
 */
final class EvidenceCache {

  private final Path folder;
  private final Models.Model base;
  private final AplParameters parameters;
  private final int threads;
  private final Map<List<Path>, String> hashes = new HashMap<>();

  /**
   * Creates nothing yet.
   *
   * @param output the folder of the merged model
   */
  EvidenceCache(Path output, Models.Model base, AplParameters parameters, int threads) {
    this.folder = output.resolveSibling(output.getFileName() + ".importance");
    this.base = base;
    this.parameters = parameters;
    this.threads = threads;
  }

  /**
   * Checks that the scores that a recipe names are those of an expert of the base.
   *
   * @throws CheckpointException if they were made for other models
   */
  void check(Sidecar sidecar, TaskOfExpert expert) {
    SidecarMetadata scores = sidecar.metadata();
    boolean ofExpert = scores.expertHash().equals(hash(expert.model().checkpoint().files()));
    if (!ofExpert || !scores.baseHash().equals(hash(base.checkpoint().files()))) {
      throw new CheckpointException(
          "%s holds scores of another model than %s: the SHA-256 of %s differs; work them out again with 'amalgam importance'"
              .formatted(
                  quote(sidecar.name()),
                  quote(expert.model().reference()),
                  ofExpert ? "the base" : "the expert"));
    }
  }

  /**
   * Returns the files with the scores of experts' deltas on a task's examples, in the experts'
   * order. Those that are not there are made, all together if they can be.
   */
  List<Path> of(List<TaskOfExpert> deltas, TaskOfExpert task, ProgressListener progress) {
    progress.started("hashing", 0);
    List<Path> files = new ArrayList<>();
    // By file, because deltas may be equal.
    Map<Path, ScoringTarget> missing = new LinkedHashMap<>();
    for (TaskOfExpert delta : deltas) {
      Path file = folder.resolve(name(delta, task) + ".safetensors");
      files.add(file);
      if (!Files.exists(file)) {
        String hash = hash(delta.model().checkpoint().files());
        missing.put(file, new ScoringTarget(delta.expert().on(task.expert()), () -> hash, file));
      }
    }
    if (!missing.isEmpty()) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw FileProblems.unwritable(folder, e);
      }
      new Scoring(
              settings(task),
              task.examples().subList(0, task.scored()),
              () -> hash(base.checkpoint().files()),
              () -> hash(List.of(task.data().orElseThrow())))
          .run(List.copyOf(missing.values()), progress);
    }
    return files;
  }

  private ScoringSettings settings(TaskOfExpert task) {
    return parameters.scoring(task.scored(), threads);
  }

  /** Returns what all that has a bearing on the scores makes of a file's name. */
  private String name(TaskOfExpert delta, TaskOfExpert task) {
    ScoringSettings settings = settings(task);
    List<String> key =
        new ArrayList<>(
            List.of(
                AmalgamVersion.get(),
                hash(base.checkpoint().files()),
                hash(delta.model().checkpoint().files()),
                hash(files(task.model())),
                hash(List.of(task.data().orElseThrow())),
                settings.maxLength() + " " + settings.examples(),
                describe(settings.importance())));
    // An expert's own head is in its own tensors; without a head, a task adds none to a delta's.
    if (delta != task && task.hasHead()) {
      key.add(hash(task.model().checkpoint().files()));
    }
    return FileHasher.sha256(String.join("\n", key).getBytes(StandardCharsets.UTF_8))
        .substring(0, 32);
  }

  // What else says how the model runs and what its tokens are.
  private static List<Path> files(Models.Model model) {
    List<Path> files = new ArrayList<>(CompanionFiles.ofTokenizer(model.tokenizerFolder()));
    files.add(model.folder().resolve(ConfigFile.NAME));
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

  private String hash(List<Path> files) {
    return hashes.computeIfAbsent(files, list -> ContentHash.of(list, _ -> {}, () -> false));
  }
}
