package dev.amalgam.cli;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.job.ImportanceJob;
import dev.amalgam.job.api.ImportanceSummary;
import dev.amalgam.job.api.ScoringSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam importance}. */
@Command(
    name = "importance",
    header = "Tells which parts of an expert's delta matter for a few examples.",
    description = {
      "",
      "Scores every partition of the difference between a fine-tuned model and its base by its"
          + " effect on the loss of the examples, and writes the scores to a safetensors file that"
          + " merge_method apl and 'report' read."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  amalgam importance expert --base base --data few-shot.jsonl --out"
            + " expert.scores.safetensors")
final class ImportanceCommand implements Callable<Integer> {

  /** What a score of a single parameter is. */
  enum Score {
    EFFECT,
    EFFECT_MAGNITUDE
  }

  /** How importance is stored. */
  enum Stored {
    FLOAT32,
    BFLOAT16
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "EXPERT",
      description = "The fine-tuned model's folder, or BASE+ADAPTER.")
  private Path expert;

  @Mixin private BaseOption base;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "Examples of the expert's task: .jsonl or .safetensors, as for 'eval'.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The safetensors file to write; it must not exist yet.")
  private Path out;

  @Option(
      names = "--level",
      paramLabel = "L",
      defaultValue = "row",
      description =
          "How finely the delta is partitioned: model, layer, module, tensor, row, column, element."
              + " Default: ${DEFAULT-VALUE}.")
  private Level level;

  @Option(
      names = "--estimator",
      paramLabel = "E",
      defaultValue = "gradient",
      description =
          "gradient approximates by inner products with the gradient; ablation (the expert with a"
              + " partition put back to the base) and restoration (the base with a partition of the"
              + " expert) are exact and take a forward pass for each partition. Default:"
              + " ${DEFAULT-VALUE}.")
  private Estimator estimator;

  @Option(
      names = "--point",
      paramLabel = "P",
      defaultValue = "base",
      description =
          "Where gradients are taken: base, expert, midpoint, integrated. Default:"
              + " ${DEFAULT-VALUE}.")
  private Point point;

  @Option(
      names = "--steps",
      paramLabel = "S",
      defaultValue = "8",
      description = "Gradients between base and expert for --point integrated. Default: 8.")
  private int steps;

  @Option(
      names = "--aggregate",
      paramLabel = "A",
      defaultValue = "magnitude",
      description =
          "How examples make importance: magnitude (mean of magnitudes), mean (magnitude of the"
              + " mean), helpful (the mean where it is positive). Default: ${DEFAULT-VALUE}.")
  private Aggregate aggregate;

  @Option(
      names = "--score",
      paramLabel = "S",
      defaultValue = "effect",
      description =
          "With --level element: effect, or effect-magnitude (multiplied by the delta's"
              + " magnitude). Default: ${DEFAULT-VALUE}.")
  private Score score;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "32",
      description = "Most examples that are used. Default: ${DEFAULT-VALUE}.")
  private int examples;

  @Mixin private MaxLength maxLength;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Choose the examples at random. Default: take the first.")
  private Long seed;

  @Option(
      names = "--dtype",
      paramLabel = "T",
      defaultValue = "float32",
      description = "With --level element: float32, or bfloat16. Default: ${DEFAULT-VALUE}.")
  private Stored dtype;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      defaultValue = "" + ScoringSettings.BATCH_TOKENS,
      description =
          "Most tokens that run through the model together. Default: ${DEFAULT-VALUE}. The result"
              + " does not depend on it.")
  private int batchTokens;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "1GB",
      converter = SizeOption.class,
      description =
          "Most bytes of states that are kept for the backward pass instead of being worked out"
              + " again. Default: ${DEFAULT-VALUE}. The result does not depend on it.")
  private long memory;

  @Mixin private Threads threads;

  @Mixin private JsonOption json;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    ScoringSettings settings = settings();
    ImportanceJob.checkOutput(out);
    ImportanceSummary summary;
    try (Progress shown = progress.open();
        ImportanceJob job = ImportanceJob.prepare(expert, base.path(), data, settings)) {
      Commands.warn(spec, job.warnings());
      summary = job.run(out, shown);
    }
    PrintWriter output = spec.commandLine().getOut();
    if (json.isSet()) {
      output.print(summary.json());
      output.flush();
    } else {
      ImportanceReport.print(summary, System.nanoTime() - start, output);
    }
    return 0;
  }

  ScoringSettings settings() {
    Commands.checkAtLeastOne(spec, "--steps", steps);
    Commands.checkAtLeastOne(spec, "--examples", examples);
    Commands.checkAtLeastOne(spec, "--batch-tokens", batchTokens);
    return new ScoringSettings(
        new ImportanceSettings(level, estimator, point, steps, aggregate, memory),
        score == Score.EFFECT_MAGNITUDE,
        examples,
        maxLength.tokens(),
        seed == null ? OptionalLong.empty() : OptionalLong.of(seed),
        batchTokens,
        dtype == Stored.BFLOAT16 ? DType.BF16 : DType.F32,
        threads.count());
  }
}
