package dev.amalgam.io.model;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.Journal;
import dev.amalgam.core.evidence.Scores;
import dev.amalgam.core.evidence.Statistic;
import dev.amalgam.core.evidence.Sums;
import dev.amalgam.core.evidence.TaskLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/** Evidence of experts on their examples, gathered in memory. */
final class TestEvidence implements Evidence, AutoCloseable {

  private final List<Expert> experts;
  private final List<List<Example>> examples;
  private final Arena arena = Arena.ofShared();
  private final Engine engine;
  private final Workers<ReadBuffer> readers;

  TestEvidence(List<Expert> experts, List<List<Example>> examples, int threads) {
    this.experts = experts;
    this.examples = examples;
    this.engine = new Engine(threads, Kernels.get());
    this.readers = new Workers<>(threads, _ -> new ReadBuffer(Kernels.get()));
  }

  @Override
  public List<Expert> experts() {
    return experts;
  }

  @Override
  public TaskLoss loss(int task) {
    return new TaskLoss(
        loss(experts.get(task).at(0), examples.get(task)),
        loss(experts.get(task).at(1), examples.get(task)));
  }

  /** Returns the mean over all predicted tokens. */
  private double loss(Model model, List<Example> ofTask) {
    Losses losses = new ModelRunner(model, engine, _ -> {}).losses(new Batch(ofTask));
    double sum = 0;
    for (int example = 0; example < ofTask.size(); example++) {
      sum += losses.sum(example);
    }
    return sum / losses.targets().count();
  }

  @Override
  public Weights of(Statistic statistic, int task) {
    return of(statistic, task, Integer.MAX_VALUE);
  }

  /** Returns what a statistic says if so many examples go through the model together. */
  Weights of(Statistic statistic, int task, int together) {
    Model model = experts.get(task).at(1);
    ModelRunner runner = new ModelRunner(model, engine, _ -> {});
    Sums sums = new Sums(statistic.tables(model), arena);
    int most = statistic.takesSingleExamples() ? 1 : together;
    List<Example> batch = new ArrayList<>();
    for (Example example : examples.get(task)) {
      batch.add(example);
      if (batch.size() == most) {
        statistic.gather(runner, new Batch(batch), 0, sums);
        batch.clear();
      }
    }
    if (!batch.isEmpty()) {
      statistic.gather(runner, new Batch(batch), 0, sums);
    }
    return sums.means(statistic.name());
  }

  @Override
  public List<Scores> importance(List<Integer> deltas, int task) {
    throw new UnsupportedOperationException("no importance here");
  }

  @Override
  public void prepareToJudge() {}

  @Override
  public double[] gainMissed(Weights merged) {
    throw new UnsupportedOperationException("nothing is chosen here");
  }

  @Override
  public TaskLoss lossForChoosing(int task) {
    throw new UnsupportedOperationException("nothing is chosen here");
  }

  @Override
  public long tokensForChoosing() {
    return 0;
  }

  @Override
  public List<Example> examples(int task) {
    return examples.get(task);
  }

  @Override
  public Journal journal(String what) {
    throw new UnsupportedOperationException("nothing takes long here");
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public SegmentAllocator memory() {
    return arena;
  }

  @Override
  public ModelRunner.LayerListener started(String phase, long tokens, int layers) {
    return _ -> {};
  }

  @Override
  public Workers<ReadBuffer> readers() {
    return readers;
  }

  @Override
  public void close() {
    engine.close();
    readers.close();
    arena.close();
  }
}
