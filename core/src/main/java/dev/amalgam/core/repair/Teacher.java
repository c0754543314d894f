package dev.amalgam.core.repair;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Distillation;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * What an expert makes of the texts of its task: its last states, float32, kept in memory that may
 * be a mapped file. Its head makes predictions of them again.
 */
final class Teacher {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Model model;
  private final List<Example> texts;
  private final long[] starts;
  private final int width;
  private final MemorySegment states;
  private final Spread ofStates = new Spread();
  private final Spread ofPooled = new Spread();
  private int pooledWidth;

  /** The variance of numbers that come one after the other, in float64. */
  private static final class Spread {
    private long count;
    private double sum;
    private double squares;

    void add(States x) {
      for (int row = 0; row < x.rows(); row++) {
        for (int i = 0; i < x.width(); i++) {
          double value = x.data()[x.at(row) + i];
          sum += value;
          squares += value * value;
        }
      }
      count += (long) x.rows() * x.width();
    }

    double variance() {
      double mean = sum / count;
      return Math.max(Double.MIN_NORMAL, squares / count - mean * mean);
    }
  }

  /**
   * Runs a model on texts.
   *
   * @param batchTokens the most tokens of a batch
   * @param memory where states are kept
   */
  Teacher(
      Model model,
      List<Example> texts,
      int batchTokens,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    this.model = model;
    this.texts = List.copyOf(texts);
    this.starts = new long[texts.size() + 1];
    for (int i = 0; i < texts.size(); i++) {
      starts[i + 1] = starts[i] + texts.get(i).length();
    }
    this.width = model.embedding().width();
    this.states = memory.allocate(Float.BYTES * starts[texts.size()] * width, Float.BYTES);
    ModelRunner runner = new ModelRunner(model, engine, listener);
    long row = 0;
    for (Batch batch : Batch.gather(texts, batchTokens)) {
      long first = row;
      runner.lastAndPooled(
          batch,
          (last, pooled) -> {
            MemorySegment.copy(
                last.data(),
                last.offset(),
                states,
                FLOAT,
                Float.BYTES * first * width,
                last.rows() * width);
            ofStates.add(last);
            ofPooled.add(pooled);
            pooledWidth = pooled.width();
          });
      row += batch.tokens();
    }
  }

  /** Returns the texts. */
  List<Example> texts() {
    return texts;
  }

  /** Returns from how many rows of a text something is predicted. */
  int rows(int text) {
    return Targets.taught(model.head().kind(), new Batch(List.of(texts.get(text)))).count();
  }

  /** Returns how many things are predicted from a text. */
  int targets(int text) {
    return Targets.countTaught(model.head().kind(), texts.get(text));
  }

  /** Returns the variance of the last states over all texts, tokens and units. */
  double variance() {
    return ofStates.variance();
  }

  /** Returns the variance of what the head's transform makes of them. */
  double pooledVariance() {
    return ofPooled.variance();
  }

  /** Returns the width of what the head's transform makes. */
  int pooledWidth() {
    return pooledWidth;
  }

  /** Returns the width of a last state. */
  int width() {
    return width;
  }

  /**
   * Returns what a batch of texts should become.
   *
   * @param chosen the texts' numbers, in the order of the batch
   * @param factors of the terms of the loss
   */
  Distillation wanted(List<Integer> chosen, Factors factors, Engine engine) {
    int rows = chosen.stream().mapToInt(text -> texts.get(text).length()).sum();
    States goal = engine.memory().states(rows, width);
    int row = 0;
    for (int text : chosen) {
      int length = texts.get(text).length();
      MemorySegment.copy(
          states,
          FLOAT,
          Float.BYTES * starts[text] * width,
          goal.data(),
          goal.at(row),
          length * width);
      row += length;
    }
    return new Distillation(
        model.head(), goal, factors.prediction(), factors.state(), factors.pooled());
  }

  /**
   * The factors of a {@link Distillation}.
   *
   * @param prediction of divergences
   * @param state of squares of states
   * @param pooled of squares of what the head's transform makes of them
   */
  record Factors(float prediction, float state, float pooled) {}
}
