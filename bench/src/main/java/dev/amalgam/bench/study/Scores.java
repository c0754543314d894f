package dev.amalgam.bench.study;

import dev.amalgam.core.evidence.TemperatureScaling;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.job.api.EvalSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Evaluates models, one after the other on the same threads. */
final class Scores {

  private final Engine engine;
  private long tokens;
  private long nanoseconds;

  Scores(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns how well a model does on examples; those in which nothing is predicted do not count.
   */
  Score of(Model model, List<Example> examples) {
    long start = System.nanoTime();
    ModelRunner runner = new ModelRunner(model, engine, tokens -> {});
    boolean classifier = model.head().kind() == Targets.Kind.CLASS;
    TemperatureScaling scaling = new TemperatureScaling();
    Evaluation evaluation =
        batch -> classifier ? scaling.losses(runner, batch) : runner.losses(batch);
    Sums sums = new Sums();
    List<Example> gathered = new ArrayList<>();
    int gatheredTokens = 0;
    for (Example example : examples) {
      if (!gathered.isEmpty() && gatheredTokens + example.length() > EvalSettings.BATCH_TOKENS) {
        sums.add(evaluation.losses(new Batch(gathered)), gathered.size());
        gathered.clear();
        gatheredTokens = 0;
      }
      gathered.add(example);
      gatheredTokens += example.length();
      tokens += example.length();
    }
    sums.add(evaluation.losses(new Batch(gathered)), gathered.size());
    nanoseconds += System.nanoTime() - start;
    double loss = sums.loss / sums.examples;
    return new Score(loss, classifier ? scaling.loss() : loss, (double) sums.right / sums.targets);
  }

  private interface Evaluation {
    Losses losses(Batch batch);
  }

  /** Returns how fast models have been evaluated so far. */
  String speed() {
    return String.format(
        Locale.ROOT,
        "evaluated %d tokens in %.1f s, %.0f a second",
        tokens,
        nanoseconds / 1e9,
        tokens / (nanoseconds / 1e9));
  }

  private static final class Sums {
    private double loss;
    private int examples;
    private long targets;
    private long right;

    void add(Losses losses, int count) {
      for (int i = 0; i < count; i++) {
        if (losses.count(i) > 0) {
          double mean = losses.mean(i);
          loss += mean;
          examples++;
          targets += losses.count(i);
          // Of logits that are no numbers, none is the largest.
          right += Double.isNaN(mean) ? 0 : losses.correct(i);
        }
      }
    }
  }
}
