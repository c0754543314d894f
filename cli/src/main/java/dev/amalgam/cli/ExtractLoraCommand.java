package dev.amalgam.cli;

import dev.amalgam.job.ExtractLoraJob;
import dev.amalgam.job.api.Extraction;
import dev.amalgam.job.api.ExtractionSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam extract-lora}. */
@Command(
    name = "extract-lora",
    header = "Makes a LoRA adapter of a fine-tuned model.",
    description = {
      "",
      "Approximates what fine-tuning changed in each weight matrix by one of low rank, and writes"
          + " it as an adapter that PEFT reads, and that 'BASE+DIR' names wherever Amalgam takes a"
          + " model. Prints the share of each change's squared Frobenius norm that is kept."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam extract-lora expert --base base --rank 32 --out adapter")
final class ExtractLoraCommand implements Callable<Integer> {

  /** How the factors are stored. */
  enum Stored {
    FLOAT32,
    BASE
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FINETUNED",
      description = "The fine-tuned model's folder, or safetensors file.")
  private Path expert;

  @Mixin private BaseOption base;

  @Option(
      names = "--rank",
      paramLabel = "R",
      required = true,
      description = "Most rank of a matrix.")
  private int rank;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The adapter's folder to write; it must not exist yet.")
  private Path out;

  @Option(
      names = "--energy",
      paramLabel = "E",
      description =
          "Give each matrix the least rank that keeps this share of the squared Frobenius norm of"
              + " its change, over 0 and at most 1; but no more than --rank. Default: --rank for"
              + " all.")
  private Double energy;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description =
          "lora_alpha in the adapter's config. The adapter does the same whatever it is. Default:"
              + " the rank.")
  private Double alpha;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of the random directions to begin with. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--embeddings",
      description = "Approximate changes of embeddings too; else they are left out.")
  private boolean embeddings;

  @Option(
      names = "--save-rest",
      description =
          "Store what else changed (norms, biases, embeddings, new heads) whole in the adapter;"
              + " else it is left out.")
  private boolean saveRest;

  @Option(
      names = "--dtype",
      paramLabel = "T",
      defaultValue = "float32",
      description =
          "How the factors are stored: float32, or base (as the base stores the matrix). Default:"
              + " ${DEFAULT-VALUE}.")
  private Stored dtype;

  @Mixin private Threads threads;

  @Mixin private JsonOption json;

  @Option(names = "--quiet", description = "Print nothing but errors, and --json.")
  private boolean quiet;

  @Override
  public Integer call() {
    check(rank >= 1, "--rank is " + rank + "; it takes 1 or more");
    check(
        energy == null || energy > 0 && energy <= 1,
        "--energy is " + energy + "; it takes a number over 0, and at most 1");
    check(
        alpha == null || alpha > 0 && Double.isFinite(alpha),
        "--alpha is " + alpha + "; it takes a number over 0");
    var settings =
        new ExtractionSettings(
            rank,
            energy == null ? 1 : energy,
            alpha == null ? OptionalDouble.empty() : OptionalDouble.of(alpha),
            seed,
            embeddings,
            saveRest,
            dtype == Stored.BASE);
    Extraction extraction;
    try (Progress progress = Progress.to(System.err, quiet)) {
      extraction =
          ExtractLoraJob.run(expert, base.path(), out, settings, threads.count(), progress);
    }
    PrintWriter writer = spec.commandLine().getOut();
    if (json.isSet()) {
      writer.print(ExtractLoraJob.json(extraction));
    } else if (!quiet) {
      print(extraction, writer);
    }
    writer.flush();
    return 0;
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private void print(Extraction extraction, PrintWriter writer) {
    Table table = new Table("tensor", ">shape", ">rank", ">energy kept");
    for (Extraction.Factored tensor : extraction.factored()) {
      table.row(
          Table.plain(tensor.tensor()),
          tensor.shape().toString(),
          Integer.toString(tensor.rank()),
          percent(tensor.energy()));
    }
    table.row("total", "", "", percent(extraction.energy()));
    table.print(writer);
    extraction.saved().forEach(name -> writer.println("saved whole: " + Table.plain(name)));
    extraction
        .leftOut()
        .forEach(
            name ->
                writer.println(
                    "left out, though it changed: "
                        + Table.plain(name)
                        + (saveRest ? "" : " (--save-rest stores it whole)")));
    writer.println("wrote " + Table.plain(out.toString()));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.4f %%", 100 * share);
  }
}
