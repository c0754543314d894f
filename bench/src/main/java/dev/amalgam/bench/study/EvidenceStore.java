package dev.amalgam.bench.study;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.evidence.GainMissed;
import dev.amalgam.core.evidence.Journal;
import dev.amalgam.core.evidence.Scores;
import dev.amalgam.core.evidence.Statistic;
import dev.amalgam.core.evidence.Sums;
import dev.amalgam.core.evidence.TaskLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What a family's models and scoring examples tell merge methods, each worked out once. */
final class EvidenceStore implements AutoCloseable {

  private static final int BATCH_TOKENS = 2048;
  private static final long ROOM = 1L << 30;

  private record ScoresKey(
      String expert, String examples, int count, ImportanceSettings settings) {}

  private record SumsKey(String expert, String examples, int count, String statistic) {}

  private final OpenFamily family;
  private final Engine engine;
  private final Workers<ReadBuffer> readers;
  private final Arena memory = Arena.ofAuto();
  private final Map<ScoresKey, ImportanceScores> scores = new HashMap<>();
  private final Map<SumsKey, Sums> sums = new HashMap<>();

  EvidenceStore(OpenFamily family, Engine engine, int threads) {
    this.family = family;
    this.engine = engine;
    this.readers = new Workers<>(threads, _ -> new ReadBuffer(engine.kernels()));
  }

  /** Returns the evidence for a merge of experts by a variant. */
  Evidence of(EvidenceNeeds needs, List<OpenFamily.Expert> experts, Variant variant) {
    return new OfTrial(needs, experts, variant);
  }

  @Override
  public void close() {
    readers.close();
  }

  /** Of a repair only the result counts here. */
  private record Forgetful() implements Journal {
    @Override
    public Optional<Map<String, float[]>> last() {
      return Optional.empty();
    }

    @Override
    public void keep(SequencedMap<String, float[]> notes) {}
  }

  private final class OfTrial implements Evidence {
    private final EvidenceNeeds needs;
    private final List<OpenFamily.Expert> tasks;
    private final Variant variant;
    private final List<Expert> experts;
    // What a repair keeps of its texts is of no use to another trial.
    private final Arena scratch = Arena.ofAuto();
    private GainMissed gainMissed;

    OfTrial(EvidenceNeeds needs, List<OpenFamily.Expert> tasks, Variant variant) {
      this.needs = needs;
      this.tasks = tasks;
      this.variant = variant;
      CheckpointWeights base = new CheckpointWeights(family.base());
      this.experts =
          tasks.stream()
              .map(
                  task ->
                      new Expert(
                          new FineTuned(base, new CheckpointWeights(task.checkpoint())),
                          task.config()))
              .toList();
    }

    @Override
    public List<Expert> experts() {
      return experts;
    }

    private OpenFamily.Expert taskOf(int expert) {
      OpenFamily.Expert own = tasks.get(expert);
      return variant.wrongTask() ? family.after(own) : own;
    }

    @Override
    public List<Example> examples(int expert) {
      List<Example> all = taskOf(expert).examples().of(Split.SCORING);
      return all.subList(0, Math.min(needs.examples(), all.size()));
    }

    @Override
    public TaskLoss loss(int task) {
      return TaskLoss.of(
          experts.get(task), Batch.gather(examples(task), BATCH_TOKENS), engine, memory, _ -> {});
    }

    @Override
    public Weights of(Statistic statistic, int task) {
      String name = tasks.get(task).name();
      List<Example> examples = examples(task);
      Sums own =
          sums.computeIfAbsent(
              new SumsKey(name, taskOf(task).name(), examples.size(), statistic.name()),
              _ -> gather(statistic, experts.get(task).at(statistic.at()), examples));
      return variant.control().of(own.means(name));
    }

    private Sums gather(Statistic statistic, Model model, List<Example> examples) {
      Sums gathered = new Sums(statistic.tables(model), memory);
      ModelRunner runner = new ModelRunner(model, engine, _ -> {});
      Batch.gather(examples, statistic.takesSingleExamples() ? 0 : BATCH_TOKENS)
          .forEach(batch -> statistic.gather(runner, batch, ROOM, gathered));
      return gathered;
    }

    @Override
    public List<Scores> importance(List<Integer> deltas, int task) {
      return deltas.stream().map(delta -> importance(delta, task)).toList();
    }

    private Scores importance(int delta, int task) {
      ImportanceSettings settings = needs.importance().orElseThrow();
      String name = tasks.get(delta).name();
      List<Example> examples = examples(task);
      ImportanceScores own =
          scores.computeIfAbsent(
              new ScoresKey(name, taskOf(task).name(), examples.size(), settings),
              _ ->
                  Importance.of(
                      experts.get(delta).on(experts.get(task)),
                      settings,
                      Importance.batches(examples, true, settings, BATCH_TOKENS),
                      engine,
                      memory,
                      _ -> {}));
      return new Scores(variant.control().of(new ScoresInMemory(name, own)), settings.level());
    }

    @Override
    public void prepareToJudge() {
      if (gainMissed == null) {
        gainMissed =
            new GainMissed(
                experts,
                tasks.stream()
                    .map(t -> Batch.gather(t.examples().of(Split.VALIDATION), BATCH_TOKENS))
                    .toList(),
                engine,
                scratch,
                _ -> {});
      }
    }

    @Override
    public double[] gainMissed(Weights merged) {
      prepareToJudge();
      return gainMissed.of(merged);
    }

    @Override
    public TaskLoss lossForChoosing(int task) {
      prepareToJudge();
      return gainMissed.loss(task);
    }

    @Override
    public long tokensForChoosing() {
      return 0;
    }

    @Override
    public Journal journal(String what) {
      return new Forgetful();
    }

    @Override
    public Engine engine() {
      return engine;
    }

    @Override
    public SegmentAllocator memory() {
      return scratch;
    }

    @Override
    public ModelRunner.LayerListener started(String phase, long tokens, int layers) {
      return _ -> {};
    }

    @Override
    public Workers<ReadBuffer> readers() {
      return readers;
    }
  }
}
