package dev.amalgam.cli;

import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.EvaluationResult;
import dev.amalgam.job.api.Similarity;
import java.io.PrintWriter;
import java.util.Locale;

/** What {@code eval} prints for people. */
final class EvalReport {

  private EvalReport() {}

  static void print(EvaluationResult result, long nanos, PrintWriter out) {
    switch (result) {
      case Evaluation evaluation -> print(evaluation, out);
      case Similarity similarity -> print(similarity, out);
    }
    row(out, "time", Units.duration(nanos));
    out.flush();
  }

  private static void print(Evaluation evaluation, PrintWriter out) {
    row(
        out,
        "examples",
        "%s, %s tokens%s"
            .formatted(
                Units.count(evaluation.perExample().size()),
                Units.count(evaluation.tokens()),
                evaluation.classifier() ? "" : " predicted"));
    row(out, "loss", number("%.6f", evaluation.loss()));
    if (!evaluation.classifier()) {
      row(out, "perplexity", number("%.6g", evaluation.perplexity()));
    }
    if (!Double.isNaN(evaluation.accuracy()) || evaluation.figures().isEmpty()) {
      row(out, "accuracy", number("%.2f %%", 100 * evaluation.accuracy()));
    }
    evaluation.figures().forEach((name, value) -> row(out, name, number("%.6f", value)));
  }

  private static void print(Similarity similarity, PrintWriter out) {
    row(
        out,
        "examples",
        "%s pairs, %s tokens"
            .formatted(
                Units.count(similarity.perExample().size()), Units.count(similarity.tokens())));
    row(out, "spearman", number("%.6f", similarity.spearman()));
    row(out, "pearson", number("%.6f", similarity.pearson()));
  }

  private static String number(String format, double value) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, format, value)
        : "not a finite number";
  }

  private static void row(PrintWriter out, String key, String value) {
    out.printf("%-10s %s%n", key, value);
  }
}
