package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.job.api.EvalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvalCommandTest {

  private static final Path EXAMPLES = Path.of("../examples/tiny-llama");
  private static final Path MODEL = EXAMPLES.resolve("base");

  @TempDir Path root;

  private Path data(int lines) throws IOException {
    try (var all = Files.lines(EXAMPLES.resolve("data/math.test.jsonl"))) {
      return Files.write(root.resolve("data.jsonl"), all.limit(lines).toList());
    }
  }

  // The warning where the Vector API is missing, as it may be in tests.
  private static String withoutSlowness(String err) {
    return err.replaceFirst("amalgam: warning: the Vector API is missing .*\n", "");
  }

  @Test
  void aReportForPeople() throws IOException {
    Cli cli = Cli.run("eval", MODEL, "--data", data(2), "--max-length", 20, "--quiet");
    assertEquals(0, cli.exitCode());
    List<String> lines = cli.out().lines().toList();
    assertEquals("examples   2, 38 tokens predicted", lines.get(0));
    assertTrue(lines.get(1).matches("loss       \\d\\.\\d{6}"), cli.out());
    assertTrue(lines.get(2).matches("perplexity \\d+\\.\\d+"), cli.out());
    assertTrue(lines.get(3).matches("accuracy   \\d+\\.\\d\\d %"), cli.out());
    assertTrue(lines.get(4).matches("time       \\d+\\.\\d s"), cli.out());
    assertEquals(
        "amalgam: warning: 2 of 2 examples were too long and were cut at their end\n",
        withoutSlowness(cli.err()));
  }

  @Test
  void jsonForPrograms() throws IOException {
    Path data = data(2);
    Cli cli = Cli.run("eval", "--json", "--quiet", "--data", data, "--max-length=20", MODEL);
    assertEquals(0, cli.exitCode());
    assertTrue(cli.out().startsWith("{\n  \"examples\": 2,\n  \"tokens\": 38,\n  \"loss\": "));
    assertEquals(
        cli.out(),
        Cli.run(
                "eval",
                "--json",
                "--quiet",
                "--data",
                data,
                "--max-length=20",
                "--threads=2",
                "--batch-tokens=1",
                MODEL)
            .out());
  }

  @Test
  void logitsAreWritten() throws IOException {
    Path out = root.resolve("logits.safetensors");
    Cli cli =
        Cli.run("eval", MODEL, "--data", data(2), "--max-length", 9, "--quiet", "--logits", out);
    assertEquals(0, cli.exitCode(), cli.err());
    try (var written = CheckpointFolder.open(out)) {
      assertEquals("[2, 9, 1024]", written.find("logits").orElseThrow().shape().toString());
      assertEquals("[2, 9]", written.find("input_ids").orElseThrow().shape().toString());
    }
    Cli again = Cli.run("eval", MODEL, "--data", data(1), "--quiet", "--logits", out);
    assertEquals(
        new Cli(1, "", "amalgam: '" + out + "' exists already; remove it, or name another file\n"),
        again);
  }

  private Path encoder() throws IOException {
    Path resources = Path.of("../io/src/test/resources");
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(resources.resolve("embedders/roberta-mean").resolve(file), root.resolve(file));
    }
    Files.copy(resources.resolve("words/tokenizer.json"), root.resolve("tokenizer.json"));
    return root;
  }

  @Test
  void anEncoderWithoutAHeadIsEvaluatedOnPairs() throws IOException {
    Path model = encoder();
    Path pairs = Path.of("../io/src/test/resources/embedders/pairs.jsonl");
    Cli cli = Cli.run("eval", model, "--data", pairs, "--quiet");
    assertEquals(0, cli.exitCode(), cli.err());
    List<String> lines = cli.out().lines().toList();
    assertEquals("examples   6 pairs, 58 tokens", lines.get(0));
    assertEquals("spearman   0.637748", lines.get(1));
    assertTrue(lines.get(2).matches("pearson    0\\.8512\\d\\d"), cli.out());
    assertTrue(lines.get(3).matches("time       \\d+\\.\\d s"), cli.out());
    Cli json = Cli.run("eval", model, "--data", pairs, "--quiet", "--json");
    assertTrue(
        json.out().startsWith("{\n  \"examples\": 6,\n  \"tokens\": 58,\n  \"spearman\": 0.6377"),
        json.out());
    Cli examples = Cli.run("eval", model, "--data", data(1), "--quiet");
    assertEquals(1, examples.exitCode());
    assertTrue(examples.err().contains("line 1: it has no "), examples.err());
  }

  @Test
  void aBadLineIsNamed() throws IOException {
    Path data = Files.writeString(root.resolve("data.jsonl"), "{\"text\": \"a\"}\n{}\n");
    assertEquals(
        new Cli(
            1,
            "",
            "amalgam: '"
                + data
                + "', line 2: it has no text; a language model needs {\"text\": …} or"
                + " {\"prompt\": …, \"completion\": …}\n"),
        Cli.run("eval", MODEL, "--data", data, "--quiet"));
  }

  @Test
  void aHeadIsForEncoders() throws IOException {
    Cli cli = Cli.run("eval", MODEL, "--data", data(1), "--head", MODEL, "--quiet");
    assertEquals(1, cli.exitCode());
    assertTrue(cli.err().contains("a head from elsewhere is for encoders"), cli.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--max-length=0, --max-length is 0; it takes 1 or more",
    "--batch-tokens=-5, --batch-tokens is -5; it takes 1 or more",
    "--max-length=x, 'Invalid value for option ''--max-length'': ''x'' is no whole number, or too"
        + " large a one'",
  })
  void wrongOptions(String option, String problem) {
    assertEquals(
        new Cli(2, "", "amalgam: " + problem + "\nHelp: amalgam eval --help\n"),
        Cli.run("eval", "a", "--data", "b", option));
  }

  @Test
  void theDataMustBeNamed() {
    assertEquals(
        new Cli(
            2, "", "amalgam: Missing required option: '--data=FILE'\nHelp: amalgam eval --help\n"),
        Cli.run("eval", "a"));
  }

  @Test
  void theHelpTellsTheDefaults() {
    String help = Cli.run("eval", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains("Default: " + EvalSettings.BATCH_TOKENS + "."), help);
  }
}
