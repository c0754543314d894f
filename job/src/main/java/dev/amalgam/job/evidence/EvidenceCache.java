package dev.amalgam.job.evidence;

import static dev.amalgam.core.AmalgamException.quote;
import static dev.amalgam.job.api.ScoringSettings.BATCH_TOKENS;

import dev.amalgam.core.evidence.FiniteEvidence;
import dev.amalgam.core.evidence.Journal;
import dev.amalgam.core.evidence.Statistic;
import dev.amalgam.core.evidence.Sums;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.io.checkpoint.FileHasher;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.importance.ContentHash;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.io.importance.SidecarMetadata;
import dev.amalgam.io.model.CompanionFiles;
import dev.amalgam.job.api.AmalgamVersion;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.model.LayerProgress;
import dev.amalgam.job.model.Models;
import dev.amalgam.job.output.MappedMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a merge learns of models and examples, kept in a folder beside the output: {@code
 * OUT.evidence}. A file there is named after all that has a bearing on it, so that a second merge
 * finds it.
 */
final class EvidenceCache {

  private static final long ROOM_FOR_STATES = 1L << 30;

  private final EvidencePlan plan;
  private final Path folder;
  private final Map<List<Path>, String> hashes = new HashMap<>();

  /**
   * Creates nothing yet.
   *
   * @param output the folder of the merged model
   */
  EvidenceCache(EvidencePlan plan, Path output) {
    this.plan = plan;
    this.folder = output.resolveSibling(output.getFileName() + ".evidence");
  }

  /**
   * Checks that the scores that a recipe names are those of an expert of the base.
   *
   * @throws CheckpointException if they were made for other models
   */
  void check(Sidecar sidecar, TaskOfExpert expert) {
    SidecarMetadata scores = sidecar.metadata();
    boolean ofExpert = scores.expertHash().equals(hash(expert));
    if (!ofExpert || !scores.baseHash().equals(baseHash())) {
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
  List<Path> scores(List<TaskOfExpert> deltas, TaskOfExpert task, ProgressListener progress) {
    List<Path> files = new ArrayList<>();
    // By file, because deltas may be equal.
    Map<Path, ScoringTarget> missing = new LinkedHashMap<>();
    for (TaskOfExpert delta : deltas) {
      Path file = file(scoresKey(delta, task));
      files.add(file);
      if (!Files.exists(file)) {
        String hash = hash(delta);
        missing.put(file, new ScoringTarget(delta.expert().on(task.expert()), () -> hash, file));
      }
    }
    if (!missing.isEmpty()) {
      makeFolder();
      new Scoring(
              plan.scoring(task.scored()),
              task.expert(),
              task.forEvidence(),
              this::baseHash,
              () -> hash(List.of(task.data().orElseThrow())))
          .run(List.copyOf(missing.values()), progress);
    }
    return files;
  }

  private List<String> scoresKey(TaskOfExpert delta, TaskOfExpert task) {
    ScoringSettings settings = plan.scoring(task.scored());
    List<String> key = new ArrayList<>(List.of(baseHash(), hash(delta)));
    key.addAll(examplesKey(task));
    key.add(describe(settings.importance()));
    // An expert's own head is in its own tensors; without a head, a task adds none to a delta's.
    // Where labels do not say what is right, the task's expert does.
    if (delta != task && (task.hasHead() || !task.isLabelled())) {
      key.add(hash(task));
    }
    return key;
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

  /**
   * Returns the file with a statistic of an expert on its task's examples, which is made if it is
   * not there.
   *
   * @throws dev.amalgam.core.layer.ModelException if it is not of finite numbers
   */
  Path statistic(Statistic statistic, TaskOfExpert task, Engine engine, ProgressListener progress) {
    progress.started("hashing", 0);
    List<String> key = new ArrayList<>(List.of(statistic.name(), hash(task)));
    key.addAll(examplesKey(task));
    Model model = task.expert().at(statistic.at());
    SequencedMap<String, Shape> tables = statistic.tables(model);
    // The base may have renamed tensors, and parted what is one in the expert.
    tables.forEach((name, shape) -> key.add(name + " " + shape));
    if (statistic.at() != 1) {
      key.add(baseHash() + " " + statistic.at());
    }
    Path file = file(key);
    if (!Files.exists(file)) {
      makeFolder();
      List<Batch> batches =
          Batch.gather(task.forEvidence(), statistic.takesSingleExamples() ? 0 : BATCH_TOKENS);
      progress.started(
          "gathering",
          task.forEvidence().stream().mapToLong(Example::length).sum() * statistic.passes(),
          ProgressListener.Unit.TOKENS);
      ModelRunner runner =
          new ModelRunner(model, engine, new LayerProgress(progress, model.layers().size()));
      try (MappedMemory memory = MappedMemory.beside(file)) {
        Sums sums = new Sums(tables, memory);
        batches.forEach(batch -> statistic.gather(runner, batch, ROOM_FOR_STATES, sums));
        StatisticFile.write(
            file, sums, statistic.name(), new FiniteEvidence(task.expert(), statistic.at()));
      }
    }
    return file;
  }

  /** Returns the notes of a computation that depends on all experts and examples. */
  Journal journal(String what) {
    List<String> key = new ArrayList<>(List.of("journal", what, baseHash()));
    for (TaskOfExpert expert : plan.experts()) {
      key.add(hash(expert));
      key.addAll(examplesKey(expert));
    }
    return new JournalFile(file(key));
  }

  // The examples, and what else says how the model runs and what its tokens are.
  private List<String> examplesKey(TaskOfExpert task) {
    Models.Model model = task.model();
    List<Path> files = new ArrayList<>(CompanionFiles.ofTokenizer(model.tokenizerFolder()));
    files.add(model.folder().resolve(ConfigFile.NAME));
    return List.of(
        hash(files),
        hash(List.of(task.data().orElseThrow())),
        tokens(task.examples()),
        Integer.toString(task.scored()));
  }

  // Files beside the tokenizer's say how long texts are, and whether they are in lower case.
  private static String tokens(List<Example> examples) {
    StringBuilder tokens = new StringBuilder();
    for (Example example : examples) {
      String numbers = example.numbers().length == 0 ? "" : Arrays.toString(example.numbers());
      String own =
          Arrays.toString(example.inputIds()) + Arrays.toString(example.labels()) + numbers;
      tokens.append(FileHasher.sha256(own.getBytes(StandardCharsets.US_ASCII)));
    }
    return FileHasher.sha256(tokens.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns where what has such a key is kept. */
  private Path file(List<String> key) {
    String all = AmalgamVersion.get() + "\n" + String.join("\n", key);
    String name = FileHasher.sha256(all.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    return folder.resolve(name + ".safetensors");
  }

  private void makeFolder() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileProblems.unwritable(folder, e);
    }
  }

  private String baseHash() {
    return hash(plan.base().checkpoint().files());
  }

  private String hash(TaskOfExpert expert) {
    return hash(expert.model().checkpoint().files());
  }

  private String hash(List<Path> files) {
    return hashes.computeIfAbsent(files, list -> ContentHash.of(list, _ -> {}, () -> false));
  }
}
