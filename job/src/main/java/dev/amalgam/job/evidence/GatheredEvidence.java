package dev.amalgam.job.evidence;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.GainMissed;
import dev.amalgam.core.evidence.Journal;
import dev.amalgam.core.evidence.Scores;
import dev.amalgam.core.evidence.Statistic;
import dev.amalgam.core.evidence.TaskLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.job.api.ScoringSettings;
import dev.amalgam.job.model.LayerProgress;
import dev.amalgam.job.output.MappedMemory;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What models and examples tell the method of a merge, worked out when it is asked for and kept
 * beside the output. What was returned can be read until this is closed.
 */
public final class GatheredEvidence implements Evidence, AutoCloseable {

  private final EvidencePlan plan;
  private final Path output;
  private final EvidenceCache cache;
  private final ProgressListener progress;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Map<Integer, TaskLoss> losses = new HashMap<>();
  private final Map<Path, SafetensorsFile> statistics = new HashMap<>();
  private Engine engine;
  private MappedMemory memory;
  private Workers<ReadBuffer> readers;
  private GainMissed gainMissed;

  GatheredEvidence(EvidencePlan plan, Path output, ProgressListener progress) {
    this.plan = plan;
    this.output = output;
    this.progress = progress;
    this.cache = new EvidenceCache(plan, output);
    progress.started("hashing", 0);
    for (TaskOfExpert expert : plan.experts()) {
      if (expert.sidecar().isPresent()) {
        try (Sidecar given = Sidecar.open(expert.sidecar().get())) {
          cache.check(given, expert);
        }
      }
    }
  }

  @Override
  public List<Expert> experts() {
    return plan.experts().stream().map(TaskOfExpert::expert).toList();
  }

  @Override
  public List<Scores> importance(List<Integer> deltas, int task) {
    TaskOfExpert on = plan.experts().get(task);
    List<TaskOfExpert> asked = new ArrayList<>();
    for (int delta : deltas) {
      if (delta != task || on.sidecar().isEmpty()) {
        asked.add(plan.experts().get(delta));
      }
    }
    progress.started("hashing", 0);
    Deque<Path> files = new ArrayDeque<>(cache.scores(asked, on, progress));
    List<Scores> scores = new ArrayList<>();
    for (int delta : deltas) {
      boolean given = delta == task && on.sidecar().isPresent();
      Sidecar sidecar = opened(Sidecar.open(given ? on.sidecar().get() : files.pop()));
      scores.add(new Scores(sidecar.importance(), sidecar.metadata().level()));
    }
    return scores;
  }

  @Override
  public Weights of(Statistic statistic, int task) {
    Path file = cache.statistic(statistic, plan.experts().get(task), engine(), progress);
    return new CheckpointWeights(
        statistics.computeIfAbsent(file, path -> opened(SafetensorsFile.open(path))));
  }

  @Override
  public TaskLoss loss(int task) {
    return losses.computeIfAbsent(
        task,
        _ -> {
          TaskOfExpert on = plan.experts().get(task);
          List<Batch> batches = batches(on.forEvidence());
          progress.started(
              "evaluating",
              2 * on.forEvidence().stream().mapToLong(Example::length).sum(),
              ProgressListener.Unit.TOKENS);
          int layers = on.expert().at(1).layers().size();
          return TaskLoss.of(
              on.expert(), batches, engine(), memory(), new LayerProgress(progress, layers));
        });
  }

  @Override
  public void prepareToJudge() {
    if (gainMissed == null) {
      int layers = experts().getFirst().at(1).layers().size();
      progress.started("judging", 2 * tokensForChoosing(), ProgressListener.Unit.TOKENS);
      gainMissed =
          new GainMissed(
              experts(),
              plan.experts().stream().map(expert -> batches(expert.forChoosing())).toList(),
              engine(),
              memory(),
              new LayerProgress(progress, layers));
    }
  }

  @Override
  public TaskLoss lossForChoosing(int task) {
    prepareToJudge();
    return gainMissed.loss(task);
  }

  @Override
  public double[] gainMissed(Weights merged) {
    prepareToJudge();
    return gainMissed.of(merged);
  }

  @Override
  public long tokensForChoosing() {
    return plan.experts().stream()
        .flatMap(expert -> expert.forChoosing().stream())
        .mapToLong(Example::length)
        .sum();
  }

  @Override
  public Journal journal(String what) {
    progress.started("hashing", 0);
    return cache.journal(what);
  }

  private static List<Batch> batches(List<Example> examples) {
    return Batch.gather(examples, ScoringSettings.BATCH_TOKENS);
  }

  @Override
  public List<Example> examples(int task) {
    return plan.experts().get(task).forEvidence();
  }

  @Override
  public SegmentAllocator memory() {
    if (memory == null) {
      memory = opened(MappedMemory.beside(output));
    }
    return memory;
  }

  @Override
  public ModelRunner.LayerListener started(String phase, long tokens, int layers) {
    progress.started(phase, tokens, ProgressListener.Unit.TOKENS);
    return new LayerProgress(progress, layers);
  }

  @Override
  public Workers<ReadBuffer> readers() {
    if (readers == null) {
      readers = opened(new Workers<>(plan.threads(), _ -> new ReadBuffer(Kernels.get())));
    }
    return readers;
  }

  @Override
  public Engine engine() {
    if (engine == null) {
      engine = opened(new Engine(plan.threads(), Kernels.get()));
    }
    return engine;
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      close(open.pop());
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
