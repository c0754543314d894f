package dev.amalgam.cli;

import dev.amalgam.job.api.ImportanceSummary;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code importance} prints for people. */
final class ImportanceReport {

  private static final int MOST_ROWS = 12;

  private ImportanceReport() {}

  static void print(ImportanceSummary summary, long nanos, PrintWriter out) {
    row(
        out,
        "examples",
        "%s, %s tokens"
            .formatted(Units.count(summary.metadata().examples()), Units.count(summary.tokens())));
    row(
        out,
        "loss",
        String.format(
            Locale.ROOT,
            "%.6f under the base, %.6f under the expert",
            summary.metadata().baseLoss(),
            summary.metadata().expertLoss()));
    if (summary.unchosenExperts() > 0) {
      row(
          out,
          "experts",
          "%d of %d were chosen by no token, so nothing is known of them: their scores are 0"
              .formatted(summary.unchosenExperts(), summary.experts()));
    }
    row(out, "scored", Units.count(summary.partitions()) + " partitions");
    row(out, "largest", "(loss that is estimated to be saved, mean over examples)");
    List<Map.Entry<String, Double>> largest =
        summary.scores().entrySet().stream()
            .sorted(
                Comparator.comparingDouble(
                    (Map.Entry<String, Double> entry) -> -Math.abs(entry.getValue())))
            .limit(MOST_ROWS)
            .toList();
    for (Map.Entry<String, Double> entry : largest) {
      out.printf(Locale.ROOT, "%10s %+.6f  %s%n", "", entry.getValue(), entry.getKey());
    }
    row(out, "written", summary.file().toString());
    row(out, "time", Units.duration(nanos));
    out.flush();
  }

  private static void row(PrintWriter out, String key, String value) {
    out.printf("%-10s %s%n", key, value);
  }
}
