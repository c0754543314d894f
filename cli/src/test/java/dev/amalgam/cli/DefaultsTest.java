package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.ScoringSettings;
import org.junit.jupiter.api.Test;

/** A command without options does what users of the library get by default. */
class DefaultsTest {

  @Test
  void aMergeHasTheSameDefaults() {
    MergeCommand command = parsed("merge", "recipe.yml", "out");
    assertEquals(MergeSettings.defaults(), command.settings());
  }

  @Test
  void anEvaluationHasTheSameDefaults() {
    EvalCommand command = parsed("eval", "model", "--data", "examples.jsonl");
    assertEquals(EvalSettings.defaults(), command.settings());
  }

  @Test
  void importanceHasTheSameDefaults() {
    ImportanceCommand command =
        parsed("importance", "expert", "--base", "base", "--data", "d.jsonl", "--out", "scores");
    assertEquals(ScoringSettings.defaults(), command.settings());
  }

  private static <T> T parsed(String... arguments) {
    return Main.commandLine()
        .parseArgs(arguments)
        .subcommand()
        .commandSpec()
        .commandLine()
        .getCommand();
  }
}
