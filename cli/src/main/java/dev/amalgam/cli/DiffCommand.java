package dev.amalgam.cli;

import dev.amalgam.core.run.Comparison;
import dev.amalgam.core.run.TensorDifference;
import dev.amalgam.job.DiffJob;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam diff}. */
@Command(
    name = "diff",
    header = "Compares two checkpoints tensor by tensor.",
    description = {
      "",
      "For each tensor of both: the norm of B − A, the same relative to the norm of A, the cosine"
          + " of A and B, and the share of elements that differ. The last row is of"
          + " all tensors together."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam diff base merged")
final class DiffCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "A safetensors file, or a model's folder, or BASE+ADAPTER.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "What to compare with A, likewise.")
  private Path second;

  @Mixin private Threads threads;

  @Mixin private JsonOption json;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    Comparison comparison;
    try (Progress shown = progress.open()) {
      comparison = DiffJob.compare(first, second, threads.count(), shown);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isSet()) {
      out.print(DiffJob.json(comparison));
    } else {
      print(comparison, out);
    }
    out.flush();
    return 0;
  }

  private static void print(Comparison comparison, PrintWriter out) {
    Table table = new Table("tensor", ">norm of delta", ">relative", ">cosine", ">changed");
    comparison.tensors().forEach(difference -> addRow(table, difference));
    addRow(table, comparison.total());
    table.print(out);
    printNames(out, "only in A", comparison.onlyInFirst());
    printNames(out, "only in B", comparison.onlyInSecond());
    printNames(out, "not comparable", comparison.incomparable());
  }

  private static void addRow(Table table, TensorDifference difference) {
    table.row(
        Table.plain(difference.tensor().name()),
        String.format(Locale.ROOT, "%.6g", difference.norm()),
        String.format(Locale.ROOT, "%.3e", difference.relativeNorm()),
        String.format(Locale.ROOT, "%.8f", difference.cosine()),
        String.format(Locale.ROOT, "%.2f %%", 100 * difference.changedFraction()));
  }

  private static void printNames(PrintWriter out, String what, List<String> names) {
    names.forEach(name -> out.println(what + ": " + Table.plain(name)));
  }
}
