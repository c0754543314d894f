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
interface Figures {

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
  void add(Losses losses);

  /** Returns the figures by name. */
  SortedMap<String, Double> values();

  /** Returns whether there is no accuracy, or one among the figures. */
  default boolean replaceAccuracy() {
    return false;
  }

  /** The harmonic mean of precision and recall, of counts over all examples (micro F1). */
  final class Counts {
    private long both;
    private long predicted;
    private long right;

    private void add(boolean isPredicted, boolean isRight, boolean agree) {
      predicted += isPredicted ? 1 : 0;
      right += isRight ? 1 : 0;
      both += isPredicted && isRight && agree ? 1 : 0;
    }

    private SortedMap<String, Double> values() {
      double all = (double) predicted + right;
      return new TreeMap<>(Map.of("f1", 2 * both / all));
    }
  }

  /** Of the classes of tokens but that of no interest, if one is called {@code O}. */
  final class OfTags implements Figures {
    private final int outside;
    private final Counts counts = new Counts();

    OfTags(int outside) {
      this.outside = outside;
    }

    @Override
    public void add(Losses losses) {
      for (int i = 0; i < losses.targets().count(); i++) {
        int predicted = losses.predictions()[i];
        int right = losses.targets().labels()[i];
        counts.add(predicted != outside, right != outside, predicted == right);
      }
    }

    @Override
    public SortedMap<String, Double> values() {
      return counts.values();
    }
  }

  /** Of several classes; one is predicted where its logit is above 0. */
  final class OfLabels implements Figures {
    private final Counts counts = new Counts();

    @Override
    public void add(Losses losses) {
      for (int i = 0; i < losses.targets().count(); i++) {
        float[] own = losses.outputs()[i];
        for (int label = 0; label < own.length; label++) {
          counts.add(own[label] > 0, losses.targets().numbers()[i][label] > 0.5f, true);
        }
      }
    }

    @Override
    public SortedMap<String, Double> values() {
      return counts.values();
    }
  }

  /** Correlations of all numbers, those of one example after the other's. */
  final class OfNumbers implements Figures {
    private final List<Float> own = new ArrayList<>();
    private final List<Float> right = new ArrayList<>();

    @Override
    public void add(Losses losses) {
      for (int i = 0; i < losses.targets().count(); i++) {
        for (int output = 0; output < losses.outputs()[i].length; output++) {
          own.add(losses.outputs()[i][output]);
          right.add(losses.targets().numbers()[i][output]);
        }
      }
    }

    @Override
    public SortedMap<String, Double> values() {
      double[] x = own.stream().mapToDouble(Float::doubleValue).toArray();
      double[] y = right.stream().mapToDouble(Float::doubleValue).toArray();
      SortedMap<String, Double> values = new TreeMap<>();
      boolean some = x.length > 1;
      values.put("pearson", some ? new PearsonsCorrelation().correlation(x, y) : Double.NaN);
      values.put("spearman", some ? new SpearmansCorrelation().correlation(x, y) : Double.NaN);
      return values;
    }

    @Override
    public boolean replaceAccuracy() {
      return true;
    }
  }

  /** The share of answers found whole, and the mean F1 of their tokens (arXiv 1606.05250). */
  final class OfAnswers implements Figures {
    private long answers;
    private long whole;
    private double f1;

    @Override
    public void add(Losses losses) {
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
    public SortedMap<String, Double> values() {
      SortedMap<String, Double> values = new TreeMap<>();
      values.put("exact_match", (double) whole / answers);
      values.put("f1", f1 / answers);
      return values;
    }

    @Override
    public boolean replaceAccuracy() {
      return true;
    }
  }
}
