package dev.amalgam.cli;

import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --max-length}, shared by the commands that read examples. */
final class MaxLength {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Most tokens of an example; longer texts are cut at their end. Default: what the model"
              + " and its tokenizer were made for.")
  private Integer tokens;

  OptionalInt tokens() {
    Commands.checkAtLeastOne(mixee, "--max-length", tokens);
    return tokens == null ? OptionalInt.empty() : OptionalInt.of(tokens);
  }
}
