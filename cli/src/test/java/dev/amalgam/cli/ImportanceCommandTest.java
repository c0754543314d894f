package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.job.api.ScoringSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportanceCommandTest {

  private static final Path FAMILY = Path.of("../examples/tiny-llama");

  @TempDir Path root;

  private Cli run(Path out, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "importance",
                FAMILY.resolve("math"),
                "--base",
                FAMILY.resolve("base"),
                "--data",
                FAMILY.resolve("data/math.fewshot.jsonl"),
                "--out",
                out,
                "--examples=2",
                "--max-length=20",
                "--quiet"));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void jsonForPrograms() throws IOException {
    Path out = root.resolve("scores.safetensors");
    Cli cli = run(out, "--json", "--level=layer");
    assertEquals(0, cli.exitCode(), cli.err());
    assertTrue(
        cli.out()
            .matches(
                """
                (?s)\\{
                  "file": "[^"]*scores.safetensors",
                  "level": "layer",
                  "estimator": "gradient",
                  "aggregate": "magnitude",
                  "examples": 2,
                  "tokens": 40,
                  "partitions": 6,
                  "base_loss": \\d\\.\\d+,
                  "expert_loss": \\d\\.\\d+,
                  "scores": \\{
                    "embedding": [-\\d.E]+,
                .*
                  \\}
                \\}
                """),
        cli.out());
    try (var written = CheckpointFolder.open(out)) {
      assertEquals("[1]", written.find("importance/layers.0").orElseThrow().shape().toString());
      assertEquals("[2]", written.find("losses/base").orElseThrow().shape().toString());
    }
    Path other = root.resolve("other.safetensors");
    Cli again =
        run(other, "--json", "--level=layer", "--threads=2", "--batch-tokens=1", "--memory=1KB");
    assertEquals(cli.out(), again.out().replace("other.safe", "scores.safe"));
    assertArrayEquals(Files.readAllBytes(out), Files.readAllBytes(other));
  }

  @Test
  void anExistingFileIsNotReplaced() throws IOException {
    Path out = Files.writeString(root.resolve("scores.safetensors"), "mine");
    Cli cli = run(out);
    assertEquals(
        new Cli(1, "", "amalgam: '" + out + "' exists already; remove it, or name another file\n"),
        cli);
    assertEquals("mine", Files.readString(out));
  }

  @ParameterizedTest
  @CsvSource({
    "--level, 'model, layer, module, tensor, row, column, element'",
    "--estimator, 'gradient, ablation, restoration'",
    "--point, 'base, expert, midpoint, integrated'",
    "--aggregate, 'magnitude, mean, helpful'",
    "--score, 'effect, effect-magnitude'",
    "--dtype, 'float32, bfloat16'"
  })
  void aWordThatIsNoneIsAnsweredWithThoseThatAre(String option, String words) {
    Cli cli = run(root.resolve("out"), option + "=rows");
    assertEquals(2, cli.exitCode());
    assertTrue(cli.err().contains("'rows'") && cli.err().contains(option), cli.err());
    assertTrue(cli.err().contains(words), cli.err());
  }

  @ParameterizedTest
  @CsvSource({"--examples", "--steps", "--max-length", "--batch-tokens"})
  void numbersStartAtOne(String option) {
    assertEquals(
        new Cli(
            2,
            "",
            "amalgam: " + option + " is 0; it takes 1 or more\nHelp: amalgam importance --help\n"),
        Cli.run("importance", "e", "--base", "b", "--data", "d", "--out", "o", option + "=0"));
  }

  @ParameterizedTest
  @CsvSource({
    "--score=effect-magnitude, score effect-magnitude is for single parameters; add --level"
        + " element",
    "--dtype=bfloat16, only scores of single parameters are stored as BF16; add --level element",
  })
  void whatIsForSingleParametersAlone(String option, String problem) {
    Cli cli = run(root.resolve("out"), option);
    assertEquals(1, cli.exitCode());
    assertTrue(cli.err().contains(problem), cli.err());
    assertTrue(Files.notExists(root.resolve("out")));
  }

  @Test
  void theHelpTellsTheDefaults() {
    String help = Cli.run("importance", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("Default: " + ScoringSettings.BATCH_TOKENS + "."), help);
    assertTrue(help.contains("model, layer, module, tensor, row, column, element"), help);
  }
}
