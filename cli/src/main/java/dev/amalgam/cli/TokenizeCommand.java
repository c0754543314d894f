package dev.amalgam.cli;

import dev.amalgam.io.tokenizer.Tokenizer;
import dev.amalgam.job.TokenizeJob;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam tokenize}. */
@Command(
    name = "tokenize",
    header = "Shows the tokens of texts.",
    description = {
      "",
      "Prints one line of JSON for each text, {\"ids\": [...], \"tokens\": [...]}. The texts are"
          + " the arguments, or the lines of a file, or else the lines of standard input."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam tokenize examples/tiny-llama/base \"To be, or not to be\"")
final class TokenizeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model's folder, or its tokenizer.json.")
  private Path model;

  @Parameters(index = "1..*", paramLabel = "TEXT", description = "Texts.")
  private List<String> texts = List.of();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "A file with one text a line. If its name ends in .jsonl, each line is a JSON object, and"
            + " the text is its \"text\", or its \"prompt\" and \"completion\" together."
      })
  private Path data;

  @Option(
      names = "--no-special-tokens",
      description = "Add no special tokens, such as those for the beginning and the end.")
  private boolean noSpecialTokens;

  @Option(names = "--json", description = "Print JSON, as is done in any case.")
  private boolean json;

  @Override
  public Integer call() {
    if (data != null && !texts.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "texts are given both as arguments and with --data; choose one");
    }
    Tokenizer tokenizer = TokenizeJob.tokenizer(model);
    PrintWriter out = spec.commandLine().getOut();
    Consumer<String> print =
        text -> out.println(TokenizeJob.json(tokenizer.encode(text, !noSpecialTokens)));
    if (data != null) {
      TokenizeJob.texts(data, print);
    } else if (texts.isEmpty()) {
      TokenizeJob.texts(System.in, "standard input", print);
    } else {
      texts.forEach(print);
    }
    out.flush();
    return 0;
  }
}
