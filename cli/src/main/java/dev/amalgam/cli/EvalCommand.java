package dev.amalgam.cli;

import dev.amalgam.job.EvaluationJob;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.EvaluationResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam eval}. */
@Command(
    name = "eval",
    header =
        "Tells how well a model predicts examples, or how well its embeddings agree with scores.",
    description = {
      "",
      "Runs the model on the examples of a file and prints loss, perplexity and accuracy. The file"
          + " is JSON lines, {\"text\"} or {\"prompt\", \"completion\"} for language models and"
          + " {\"text\", \"label\"} for classifiers, or safetensors with input_ids and labels.",
      "",
      "Of an encoder without a task head, as sentence-transformers uses them, it prints Spearman's"
          + " and Pearson's correlation of the cosines of pairs of texts with the pairs' scores."
          + " The lines are {\"text\", \"other\", \"score\"}."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam eval merged --data test.jsonl")
final class EvalCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "The model's folder, or BASE+ADAPTER.")
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The examples: .jsonl or .safetensors.")
  private Path data;

  @Option(
      names = "--head",
      paramLabel = "DIR",
      description =
          "Take the classification head, and the names of its classes, from the model in this"
              + " folder.")
  private Path head;

  @Mixin private MaxLength maxLength;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      defaultValue = "" + EvalSettings.BATCH_TOKENS,
      description =
          "Most tokens that run through the model together: more is faster and takes more memory."
              + " Default: ${DEFAULT-VALUE}. The result does not depend on it.")
  private int batchTokens;

  @Mixin private Threads threads;

  @Option(
      names = "--logits",
      paramLabel = "OUT",
      description = "Write the logits to this safetensors file, which must not exist yet.")
  private Path logits;

  @Option(names = "--json", description = "Print one JSON object, with every example in it.")
  private boolean json;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    EvalSettings settings = settings();
    long start = System.nanoTime();
    EvaluationResult result;
    try (Progress shown = progress.open();
        EvaluationJob job = EvaluationJob.prepare(model, data, settings, shown)) {
      Commands.warn(spec, job.warnings());
      result = job.run(shown);
    }
    Commands.warn(spec, result.warnings());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(result.json());
      out.flush();
    } else {
      EvalReport.print(result, System.nanoTime() - start, out);
    }
    return 0;
  }

  EvalSettings settings() {
    Commands.checkAtLeastOne(spec, "--batch-tokens", batchTokens);
    return new EvalSettings(
        Optional.ofNullable(head),
        maxLength.tokens(),
        batchTokens,
        threads.count(),
        Optional.ofNullable(logits));
  }
}
