package dev.amalgam.cli;

import dev.amalgam.job.Inspection;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam inspect}. */
@Command(
    name = "inspect",
    header = "Lists the tensors of a checkpoint.",
    description = {
      "",
      "Reads headers only: names, types, shapes, sizes and metadata of a safetensors file or of a"
          + " model's folder."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam inspect merged")
final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      description = "A safetensors file, or a model's folder, or BASE+ADAPTER.")
  private Path path;

  @Mixin private JsonOption json;

  @Override
  public Integer call() {
    Inspection inspection = Inspection.of(path);
    PrintWriter out = spec.commandLine().getOut();
    if (json.isSet()) {
      out.print(inspection.json());
    } else {
      print(inspection, out);
    }
    out.flush();
    return 0;
  }

  private static void print(Inspection inspection, PrintWriter out) {
    Table table = new Table("tensor", "dtype", ">shape", ">size");
    inspection
        .tensors()
        .forEach(
            t ->
                table.row(
                    Table.plain(t.name()),
                    t.dtype().name(),
                    t.shape().toString(),
                    Units.bytes(t.bytes())));
    table.print(out);
    inspection
        .metadata()
        .forEach((key, value) -> out.println(Table.plain("metadata " + key + " = " + value)));
    out.printf(
        "%s, %s elements, %s (%s) in %s%n",
        Units.plural(inspection.tensors().size(), "tensor"),
        Units.count(inspection.elements()),
        Units.bytes(inspection.bytes()),
        inspection.bytesByType().entrySet().stream()
            .map(e -> e.getKey() + " " + Units.bytes(e.getValue()))
            .collect(Collectors.joining(", ")),
        Units.plural(inspection.files().size(), "file"));
  }
}
