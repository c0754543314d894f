package dev.amalgam.cli;

import dev.amalgam.job.GenerateJob;
import dev.amalgam.job.api.Generation;
import dev.amalgam.job.api.GenerationSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam generate}. */
@Command(
    name = "generate",
    header = "Continues a text.",
    description = {
      "",
      "Prints what a causal language model writes behind a prompt, token by token, until the model"
          + " ends the text. What is printed depends on model, prompt, temperature and seed alone."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam generate merged --prompt \"Once upon a time\"")
final class GenerateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "The model's folder.")
  private Path model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      required = true,
      description = "The text to continue; - reads it from standard input.")
  private String prompt;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "Most tokens to make. Default: ${DEFAULT-VALUE}.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "How freely to choose among tokens: 0 always takes the most probable, 1 takes each as"
              + " often as the model says. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of the choices at a temperature above 0. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private Threads threads;

  @Option(names = "--quiet", description = "Print nothing but the text.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    if (maxTokens < 1) {
      throw wrong("--max-tokens is " + maxTokens + "; it takes 1 or more");
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw wrong("--temperature is " + temperature + "; it takes 0 or more");
    }
    var settings = new GenerationSettings(maxTokens, temperature, seed, threads.count());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    GenerateJob job = GenerateJob.prepare(model, prompt(), settings);
    job.warnings().forEach(warning -> err.println("amalgam: warning: " + warning));
    err.flush();
    Generation generation =
        job.run(
            text -> {
              out.print(text);
              out.flush();
            });
    out.println();
    out.flush();
    if (!quiet) {
      err.println(summary(generation));
      err.flush();
    }
    return 0;
  }

  private String prompt() throws IOException {
    return prompt.equals("-")
        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
        : prompt;
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private static String summary(Generation generation) {
    int made = generation.tokens().size();
    String end =
        switch (generation.end()) {
          case TEXT -> "the model ended the text";
          case LENGTH -> "--max-tokens";
          case POSITIONS -> "the model is made for no longer texts";
        };
    return "%s behind a prompt of %d in %s%s; end: %s"
        .formatted(
            Units.plural(made, "token"),
            generation.promptTokens(),
            Units.duration(generation.promptNanos() + generation.tokensNanos()),
            rate(generation),
            end);
  }

  // What comes first, a token or the end, comes with the prompt.
  private static String rate(Generation generation) {
    boolean ended = generation.end() == Generation.End.TEXT;
    int steps = generation.tokens().size() - (ended ? 0 : 1);
    return steps < 1
        ? ""
        : String.format(Locale.ROOT, ", %.1f tokens/s", 1e9 * steps / generation.tokensNanos());
  }
}
