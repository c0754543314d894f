package dev.amalgam.job;

import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.io.dataset.ClassNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** What is usually told of models of a kind besides their loss and accuracy. */
abstract class Figures {

  /** Returns the figures of a kind of model, if there are any. */
  static Optional<Figures> of(Targets.Kind kind, ClassNames classes) {
    return switch (kind) {
      case TAG -> Optional.of(new OfTags(classes.index("O").orElse(-1)));
      case LABELS -> Optional.of(new OfLabels());
      case NUMBERS -> Optional.of(new OfNumbers());
      case SPAN -> Optional.of(new OfAnswers());
      case NEXT_TOKEN, MASKED_TOKEN, CLASS, FEATURES -> Optional.empty();
    };
  }

  /** Takes the losses of a batch in. */
  abstract void add(Losses losses);

  /** Returns the figures by name. */
  abstract SortedMap<String, Double> values();

  /** Returns whether there is no accuracy, or one among the figures. */
  boolean replaceAccuracy() {
    return false;
  }

  /** The harmonic mean of precision and recall, of counts over all examples (micro F1). */
  private abstract static class Counted extends Figures {
    private long both;
    private long predicted;
    private long right;

    void count(boolean isPredicted, boolean isRight, boolean agree) {
      predicted += isPredicted ? 1 : 0;
      right += isRight ? 1 : 0;
      both += isPredicted && isRight && agree ? 1 : 0;
    }

    @Override
    SortedMap<String, Double> values() {
      double all = (double) predicted + right;
      return new TreeMap<>(Map.of("f1", 2 * both / all));
    }
  }

  /** Of the classes of tokens but that of no interest, if one is called {@code O}. */
  private static final class OfTags extends Counted {
    private final int outside;

    OfTags(int outside) {
      this.outside = outside;
    }

    @Override
    void add(Losses losses) {
      for (int i = 0; i < losses.targets().count(); i++) {
        int predicted = losses.predictions()[i];
        int right = losses.targets().labels()[i];
        count(predicted != outside, right != outside, predicted == right);
      }
    }
  }

  /** Of several classes; one is predicted where its logit is above 0. */
  private static final class OfLabels extends Counted {
    @Override
    void add(Losses losses) {
      for (int i = 0; i < losses.targets().count(); i++) {
        float[] own = losses.outputs()[i];
        for (int label = 0; label < own.length; label++) {
          count(own[label] > 0, losses.targets().numbers()[i][label] > 0.5f, true);
        }
      }
    }
  }

  /** Correlations of all numbers, those of one example after the other's. */
  private static final class OfNumbers extends Figures {
    private final List<Float> own = new ArrayList<>();
    private final List<Float> right = new ArrayList<>();

    @Override
    void add(Losses losses) {
      for (int i = 0; i < losses.targets().count(); i++) {
        for (int output = 0; output < losses.outputs()[i].length; output++) {
          own.add(losses.outputs()[i][output]);
          right.add(losses.targets().numbers()[i][output]);
        }
      }
    }

    @Override
    SortedMap<String, Double> values() {
      double[] x = own.stream().mapToDouble(Float::doubleValue).toArray();
      double[] y = right.stream().mapToDouble(Float::doubleValue).toArray();
      SortedMap<String, Double> values = new TreeMap<>();
      boolean some = x.length > 1;
      values.put("pearson", some ? new PearsonsCorrelation().correlation(x, y) : Double.NaN);
      values.put("spearman", some ? new SpearmansCorrelation().correlation(x, y) : Double.NaN);
      return values;
    }

    @Override
    boolean replaceAccuracy() {
      return true;
    }
  }

  /** The share of answers found whole, and the mean F1 of their tokens (arXiv 1606.05250). */
  private static final class OfAnswers extends Figures {
    private long answers;
    private long whole;
    private double f1;

    @Override
    void add(Losses losses) {
      for (int i = 0; i + 1 < losses.targets().count(); i += 2) {
        int from = losses.predictions()[i];
        int to = losses.predictions()[i + 1];
        int start = losses.targets().labels()[i];
        int end = losses.targets().labels()[i + 1];
        answers++;
        whole += from == start && to == end ? 1 : 0;
        int shared = Math.min(to, end) - Math.max(from, start) + 1;
        // An answer that ends before it begins is none.
        if (to >= from && end >= start && shared > 0) {
          f1 += 2.0 * shared / (to - from + 1 + end - start + 1);
        }
      }
    }

    @Override
    SortedMap<String, Double> values() {
      SortedMap<String, Double> values = new TreeMap<>();
      values.put("exact_match", (double) whole / answers);
      values.put("f1", f1 / answers);
      return values;
    }

    @Override
    boolean replaceAccuracy() {
      return true;
    }
  }
}
