package dev.amalgam.cli;

import dev.amalgam.job.MergeJob;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.OutputFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam merge}. */
@Command(
    name = "merge",
    header = "Merges models as a recipe says.",
    description = {
      "",
      "Reads a mergekit recipe (YAML), checks it against the models, and writes the merged model:"
          + " safetensors, config, tokenizer, a model card, and amalgam.json with the SHA-256 of"
          + " every file. The output folder appears when it is complete and not before."
    },
    footerHeading = "%nExample:%n",
    footer = {"  amalgam merge --dry-run recipe.yml merged", "  amalgam merge recipe.yml merged"})
final class MergeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RECIPE",
      description =
          "The recipe, a YAML file. Models are folders, or safetensors files, of this disk; their"
              + " paths start at the current folder or at the recipe's. BASE+ADAPTER is a model"
              + " with a LoRA adapter.")
  private Path recipe;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The folder to write; it must not exist yet.")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of random masks. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private Threads threads;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      defaultValue = "5GB",
      converter = SizeOption.class,
      description =
          "Most bytes of tensors in one file, as in 500MB or 2GiB. Default: ${DEFAULT-VALUE}.")
  private long shardBytes;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "safetensors",
      description =
          "Format of the tensors' files: ${DEFAULT-VALUE}, which is the default, or one that"
              + " another jar adds.")
  private String format;

  @Option(names = "--dry-run", description = "Check everything, print the plan, write nothing.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = "Replace OUT if it exists and holds a merged model and nothing else.")
  private boolean force;

  @Option(
      names = "--no-input-hashes",
      description = "Do not record the SHA-256 of the models that are read.")
  private boolean noInputHashes;

  @Option(
      names = "--no-hashes",
      description =
          "Record no SHA-256 at all. On processors without SHA instructions a merge takes as long"
              + " as hashing its files.")
  private boolean noHashes;

  @Option(names = "--quiet", description = "Print nothing but errors.")
  private boolean quiet;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    PrintWriter out = spec.commandLine().getOut();
    try (MergeJob job = MergeJob.prepare(recipe, output, settings())) {
      if (!quiet) {
        MergeReport.print(job.summary(), out, spec.commandLine().getErr());
        job.modelWork().ifPresent(work -> MergeReport.printWork(work, job.measuredRate(), out));
      }
      if (dryRun) {
        if (!quiet) {
          MergeReport.printDryRun(out);
        }
        return 0;
      }
      List<OutputFile> files;
      try (Progress progress = Progress.to(System.err, quiet)) {
        files = job.run(progress);
      }
      if (!quiet) {
        MergeReport.printChoices(job.choices(), out);
        MergeReport.printDone(files, output, System.nanoTime() - start, out);
      }
    }
    return 0;
  }

  MergeSettings settings() {
    return new MergeSettings(
        seed, threads.count(), format, shardBytes, force, !noInputHashes && !noHashes, !noHashes);
  }
}
