package dev.amalgam.job;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.io.dataset.ClassNames;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.ExampleResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Puts an evaluation together. Losses are summed in float64, first those of an example, then those
 * of all examples, in their order: the sums do not depend on the batches.
 */
public final class EvaluationBuilder {

  private final boolean classifier;
  private final boolean ofText;
  private final Optional<Figures> figures;
  private final List<ExampleResult> results = new ArrayList<>();
  private double loss;
  private long targets;
  private long right;
  private long tokens;

  /**
   * Creates the collector of an evaluation of no examples yet.
   *
   * @param classes the names of classes, if there are classes
   */
  public EvaluationBuilder(Targets.Kind kind, ClassNames classes) {
    this.classifier = kind != Targets.Kind.NEXT_TOKEN && kind != Targets.Kind.MASKED_TOKEN;
    this.ofText = kind == Targets.Kind.CLASS;
    this.figures = Figures.of(kind, classes);
  }

  /** Adds the examples of a batch. */
  public void add(Batch batch, Losses losses) {
    figures.ifPresent(f -> f.add(losses));
    for (int example = 0; example < batch.examples().size(); example++) {
      int own = losses.count(example);
      int counted = classifier ? attended(batch.examples().get(example)) : own;
      loss += losses.sum(example);
      targets += own;
      right += right(losses, example);
      tokens += counted;
      results.add(new ExampleResult(losses.mean(example), counted, prediction(losses, example)));
    }
  }

  // Of logits that are no numbers, none is the largest.
  private static int right(Losses losses, int example) {
    return Double.isNaN(losses.sum(example)) ? 0 : losses.correct(example);
  }

  private OptionalInt prediction(Losses losses, int example) {
    return !ofText || Double.isNaN(losses.mean(example))
        ? OptionalInt.empty()
        : OptionalInt.of(losses.predictions()[losses.targets().starts()[example]]);
  }

  private static int attended(Example example) {
    return example
        .attentionMask()
        .map(
            mask -> {
              int count = 0;
              for (boolean attended : mask) {
                count += attended ? 1 : 0;
              }
              return count;
            })
        .orElse(example.length());
  }

  /**
   * Returns the evaluation.
   *
   * @param cut how many examples lost their end
   */
  public Evaluation build(long cut) {
    return new Evaluation(
        classifier,
        tokens,
        loss / targets,
        figures.filter(Figures::replaceAccuracy).isPresent()
            ? Double.NaN
            : (double) right / targets,
        cut,
        figures.map(Figures::values).orElseGet(TreeMap::new),
        results);
  }
}
