package dev.amalgam.cli;

import dev.amalgam.job.api.MergeSummary;
import dev.amalgam.job.api.ModelWork;
import dev.amalgam.job.api.OutputFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code merge} prints: the plan before, the files after. */
final class MergeReport {

  private MergeReport() {}

  static void print(MergeSummary plan, PrintWriter out, PrintWriter err) {
    if (!plan.stages().isEmpty()) {
      row(
          out,
          "stages",
          plan.stages().stream().map(Table::plain).collect(Collectors.joining(", ")));
    }
    row(out, "method", plan.method());
    row(out, "models", plan.models().stream().map(Table::plain).collect(Collectors.joining(", ")));
    row(
        out,
        "tensors",
        plan.mergedTensors()
            + " merged"
            + (plan.copiedTensors() > 0 ? ", " + plan.copiedTensors() + " copied" : "")
            + (plan.leftOut().isEmpty() ? "" : ", " + plan.leftOut().size() + " left out")
            + ", "
            + Units.count(plan.elements())
            + " parameters");
    row(
        out,
        "output",
        plan.output().map(path -> path + ", ").orElse("")
            + Units.bytes(plan.outputBytes())
            + " of "
            + plan.bytesByType().keySet().stream().map(Enum::name).collect(Collectors.joining(", "))
            + " in "
            + Units.plural(plan.shards().size(), "file"));
    row(
        out,
        "needs",
        "%s of input to read, %s of disk%s, %s of buffers"
            .formatted(
                Units.bytes(plan.inputBytes()),
                Units.bytes(plan.outputBytes() + plan.intermediateBytes()),
                plan.output().isPresent() ? " (" + Units.bytes(plan.freeBytes()) + " free)" : "",
                Units.bytes(plan.memoryBytes())));
    plan.renamings().forEach(renaming -> row(out, "renamed", Table.plain(renaming.words())));
    plan.leftOut().forEach(name -> row(out, "left out", Table.plain(name)));
    out.flush();
    plan.warnings().forEach(warning -> err.println("amalgam: warning: " + warning));
    err.flush();
  }

  static void printWork(ModelWork work, double rate, PrintWriter out) {
    row(
        out,
        "asks",
        "%s tokens forward, %s forward and back, %s on %s; %s of weights read"
            .formatted(
                Units.count(work.forward()),
                Units.count(work.backward()),
                Units.plural(work.judgements(), "judgement"),
                Units.count(work.judgingTokens()),
                Units.bytes((long) work.readBytes())));
    row(
        out,
        "takes",
        "at least about %s: %sFLOP at the %sFLOP/s measured now, unless evidence is there already"
            .formatted(
                Units.duration((long) (1e9 * work.operations() / rate)),
                Units.metric(work.operations()),
                Units.metric(rate)));
    out.flush();
  }

  static void printDone(List<OutputFile> files, Path output, long nanos, PrintWriter out) {
    long bytes = files.stream().mapToLong(OutputFile::bytes).sum();
    row(
        out,
        "done",
        "%s: %s, %s in %s"
            .formatted(
                output,
                Units.plural(files.size(), "file"),
                Units.bytes(bytes),
                Units.duration(nanos)));
    out.flush();
  }

  static void printChoices(List<String> choices, PrintWriter out) {
    choices.forEach(choice -> row(out, "chosen", choice));
  }

  static void printDryRun(PrintWriter out) {
    row(out, "dry run", "everything fits; nothing was written");
    out.flush();
  }

  static void printValid(PrintWriter out) {
    row(out, "valid", "the recipe and its models go together; nothing was written");
    out.flush();
  }

  private static void row(PrintWriter out, String key, String value) {
    out.printf("%-9s %s%n", key, value);
  }
}
