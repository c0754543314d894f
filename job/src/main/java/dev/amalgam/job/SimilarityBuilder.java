package dev.amalgam.job;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Pooling;
import dev.amalgam.core.layer.States;
import dev.amalgam.job.api.PairResult;
import dev.amalgam.job.api.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** Puts an evaluation of embeddings together: text by text, and score by score. */
final class SimilarityBuilder {

  private final Pooling pooling;
  private final List<Double> scores = new ArrayList<>();
  private final List<Double> cosines = new ArrayList<>();
  private float[] text;

  SimilarityBuilder(Pooling pooling) {
    this.pooling = pooling;
  }

  /** Adds the score of the next pair. */
  void addScore(double score) {
    scores.add(score);
  }

  /** Adds the next texts, of which two by two make a pair. */
  void add(Batch batch, States states) {
    for (float[] embedding : pooling.embeddings(states, batch)) {
      if (text == null) {
        text = embedding;
      } else {
        cosines.add(Pooling.cosine(text, embedding));
        text = null;
      }
    }
  }

  Similarity build(long tokens, long cut) {
    double[] x = cosines.stream().mapToDouble(Double::doubleValue).toArray();
    double[] y = scores.stream().mapToDouble(Double::doubleValue).toArray();
    List<PairResult> results = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      results.add(new PairResult(x[i], y[i]));
    }
    return new Similarity(
        tokens,
        correlation(x, y, new SpearmansCorrelation()::correlation),
        correlation(x, y, new PearsonsCorrelation()::correlation),
        cut,
        results);
  }

  private static double correlation(
      double[] x, double[] y, ToDoubleBiFunction<double[], double[]> of) {
    boolean defined =
        Arrays.stream(x).allMatch(Double::isFinite) && Arrays.stream(x).distinct().count() > 1;
    return defined ? of.applyAsDouble(x, y) : Double.NaN;
  }
}
