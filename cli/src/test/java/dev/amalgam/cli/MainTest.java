package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.job.api.AmalgamVersion;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @Test
  void withoutACommandTheUsageIsShownAsAnError() {
    Cli cli = Cli.run();
    assertEquals(2, cli.exitCode());
    assertEquals("", cli.out());
    assertTrue(cli.err().contains("Usage: amalgam [-hV] [--stacktrace] [COMMAND]"), cli.err());
  }

  @Test
  void theHelpListsTheCommandsAndExitCodes() {
    Cli cli = Cli.run("--help");
    assertEquals(0, cli.exitCode());
    assertEquals("", cli.err());
    for (String part :
        List.of(
            "\nCommands:\n merge Merges models as a recipe says.\n validate Checks",
            "\n inspect Lists the",
            "\n diff Compares",
            "\n"
                + "Exit codes:\n"
                + " 0 Done.\n"
                + " 1 Failed; one line on standard error says why.\n"
                + " 2 ")) {
      assertTrue(cli.out().replaceAll(" +", " ").contains(part), cli.out());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "merge",
        "validate",
        "inspect",
        "diff",
        "compare",
        "eval",
        "importance",
        "report",
        "extract-lora",
        "generate",
        "tokenize"
      })
  void eachCommandHasAPageOfHelp(String command) {
    Cli cli = Cli.run(command, "--help");
    assertEquals(0, cli.exitCode());
    for (String part :
        List.of(
            "Usage: amalgam " + command + " ",
            "\n\nArguments:\n",
            "\n\nOptions:\n",
            "  --stacktrace",
            "\n\nExit codes:\n",
            "\n\nExample:\n  amalgam " + command + " ")) {
      assertTrue(cli.out().contains(part), cli.out());
    }
    assertTrue(cli.out().lines().allMatch(line -> line.length() <= 80), cli.out());
    assertTrue(!cli.out().contains("\n\n\n"), cli.out());
  }

  @Test
  void theHelpMentionsDefaults() {
    String help = Cli.run("merge", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("--seed=N Seed of random masks. Default: 42."), help);
    assertTrue(help.contains("Default: 5GB."), help);
    assertTrue(help.contains("Worker threads. Default: all processors."), help);
    assertTrue(Cli.run("diff", "--help").out().contains("Default: all processors."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void theVersion(String option) {
    assertEquals(new Cli(0, "amalgam " + AmalgamVersion.get() + "\n", ""), Cli.run(option));
    assertEquals(0, Cli.run("merge", option).exitCode());
    assertTrue(AmalgamVersion.get().matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "merg|unknown command 'merg'; did you mean merge or generate?|amalgam",
        "--versoin|unknown option '--versoin'; did you mean --version?|amalgam",
        "merge --sed 3 a b|unknown option '--sed'; did you mean --seed?|amalgam merge",
        "merge --dryrun a b|unknown option '--dryrun'; did you mean --dry-run?|amalgam merge",
        "merge a b --cuda --allow-crimes|--cuda is mergekit's: not needed, as everything runs on"
            + " the CPU: drop it; --allow-crimes is mergekit's: not needed, as no architecture has"
            + " to be known and 'missing' in the recipe allows for tensors that an input lacks:"
            + " drop it|amalgam merge",
        "merge a b --out-shard-size 5B|--out-shard-size is mergekit's: write --shard-size, as in"
            + " 5GB|amalgam merge",
        "merge --no-copy-tokenizer a b|--no-copy-tokenizer is mergekit's: not possible, as that is"
            + " always done; tokenizer_source in the recipe says which tokenizer: drop it|amalgam"
            + " merge",
        "merge --copy-tokenizer a b|--copy-tokenizer is mergekit's: not needed, as that is always"
            + " done; tokenizer_source in the recipe says which tokenizer: drop it|amalgam merge",
        "merge a b c|one argument too many: 'c'|amalgam merge",
        "merge|Missing required parameters: 'RECIPE', 'OUT'|amalgam merge",
        "merge a|Missing required parameter: 'OUT'|amalgam merge",
        "merge --seed x a b|Invalid value for option '--seed': 'x' is no whole number, or too large"
            + " a one|amalgam merge",
        "merge --seed 9223372036854775808 a b|Invalid value for option '--seed':"
            + " '9223372036854775808' is no whole number, or too large a one|amalgam merge",
        "merge --threads 0 a b|--threads is 0; it takes 1 to 1024|amalgam merge",
        "diff --threads 1025 a b|--threads is 1025; it takes 1 to 1024|amalgam diff",
        "merge --threads 1.5 a b|Invalid value for option '--threads': '1.5' is no whole"
            + " number, or too large a one|amalgam merge",
        "merge --shard-size 0 a b|Invalid value for option '--shard-size': '0' is no size; write"
            + " for example 5GB or 500MiB|amalgam merge",
        "inspect|Missing required parameter: 'PATH'|amalgam inspect",
        "diff a|Missing required parameter: 'B'|amalgam diff",
      })
  void wrongCommandLines(String arguments, String problem, String help) {
    assertEquals(
        new Cli(2, "", "amalgam: " + problem + "\nHelp: " + help + " --help\n"),
        Cli.run((Object[]) arguments.split(" ")));
  }

  @Test
  void failuresAreOneLineAndExitCode1() {
    assertEquals(
        new Cli(1, "", "amalgam: no.yml: cannot be read: no such file\n"),
        Cli.run("merge", "no.yml", "out"));
    Cli inspect = Cli.run("inspect", "nowhere");
    assertEquals(1, inspect.exitCode());
    assertEquals(1, inspect.err().lines().count(), inspect.err());
    assertEquals(1, Cli.run("diff", "nowhere", "nowhere").exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--stacktrace merge no.yml out", "merge no.yml out --stacktrace"})
  void theStackTraceFollowsTheLine(String arguments) {
    Cli cli = Cli.run((Object[]) arguments.split(" "));
    assertEquals(1, cli.exitCode());
    assertTrue(cli.err().startsWith("amalgam: no.yml: cannot be read: no such file\n"), cli.err());
    assertTrue(cli.err().contains("\n\tat "), cli.err());
  }

  @Test
  void namesThatWouldDisturbATerminalAreMadeHarmless() {
    Cli cli = Cli.run("merge", "a\u001b[31m\nb", "out");
    assertEquals("amalgam: a?[31m b: cannot be read: no such file\n", cli.err());
  }

  @ParameterizedTest
  @CsvSource({"US-ASCII, UTF-8", "UTF-8, UTF-8", "ISO-8859-1, ISO-8859-1"})
  void withoutALocaleTextIsUtf8(String locale, String written) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Main.writer(new PrintStream(bytes, false, Charset.forName(locale))).println("\u00e9");
    assertEquals("\u00e9" + System.lineSeparator(), bytes.toString(Charset.forName(written)));
  }
}
