package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

  private static final Path EXAMPLES = Path.of("../examples/tiny-llama");
  private static final Path BASE = EXAMPLES.resolve("base");
  private static final Path MATH = EXAMPLES.resolve("math");
  private static final Path JAVA = EXAMPLES.resolve("java");

  @TempDir private static Path shared;
  private static Path half;

  @TempDir Path root;

  /** Half of the math expert's delta, in float32. */
  @BeforeAll
  static void merge() throws IOException {
    half = shared.resolve("half");
    Path recipe =
        Files.writeString(
            shared.resolve("r.yml"),
            "merge_method: task_arithmetic\nbase_model: %s\ndtype: float32\nmodels:\n- model: %s\n"
                    .formatted(BASE.toAbsolutePath(), MATH.toAbsolutePath())
                + "parameters: {weight: 0.5}\n");
    assertEquals(0, Cli.run("merge", "--quiet", recipe, half).exitCode());
  }

  private Path lines(String task) throws IOException {
    try (var all = Files.lines(EXAMPLES.resolve("data/" + task + ".test.jsonl"))) {
      return Files.write(root.resolve(task + ".jsonl"), all.limit(1).toList());
    }
  }

  @Test
  void halfOfADeltaPointsTheSameWayAndIsHalfAsLong() throws IOException {
    Cli cli = Cli.run("compare", half, "--base", BASE, "--expert", MATH, JAVA, "--json", "--quiet");
    assertEquals(0, cli.exitCode(), cli.err());
    JsonNode json = Json.parse(cli.out());
    assertEquals("[\"half\"]", json.get("models").toString());
    assertEquals("[\"math\",\"java\"]", json.get("experts").toString());
    assertEquals(
        List.of("embedding", "0", "1", "2", "3", "final norm"),
        json.get("layers").findValuesAsText("name"));
    for (JsonNode layer : json.get("layers")) {
      double norm = layer.get("norms").get(1).asDouble();
      assertEquals(norm / 2, layer.get("norms").get(0).asDouble(), 1e-6 * norm);
      assertEquals(1, layer.get("cosines").get(0).get(1).asDouble(), 1e-6);
      assertEquals(0.5, layer.get("shares").get(0).get(0).asDouble(), 1e-6);
    }
    assertTrue(json.get("total").get("cosines").get(0).get(2).asDouble() < 0.9);
    assertEquals(0, json.get("left_out").size());
    assertFalse(json.has("tasks"));
    // The norm is what diff says of base and expert.
    Cli diff = Cli.run("diff", BASE, MATH, "--json", "--quiet");
    double norm = Json.parse(diff.out()).get("total").get("norm").asDouble();
    assertEquals(norm, json.get("total").get("norms").get(1).asDouble(), 1e-9 * norm);
  }

  @Test
  void tasksAreEvaluatedAsEvalDoes() throws IOException {
    Path page = root.resolve("page.html");
    Cli cli =
        Cli.run(
            "compare",
            half,
            JAVA,
            "--base",
            BASE,
            "--data",
            lines("math"),
            "--max-length=12",
            "--out",
            page,
            "--quiet");
    assertEquals(0, cli.exitCode(), cli.err());
    Cli eval =
        Cli.run("eval", half, "--data", root.resolve("math.jsonl"), "--max-length=12", "--quiet");
    String loss = eval.out().replaceAll("(?s).*loss +(\\d\\.\\d{6}).*", "$1");
    assertTrue(
        cli.out().matches("(?s)loss +math.jsonl\nbase [^h]*half +" + loss + "\n.*"), cli.out());
    assertTrue(cli.out().contains("\ncosines of half     java\n"), cli.out());
    String html = Files.readString(page);
    assertTrue(html.contains("<title>Models compared</title>"));
    assertTrue(html.contains("<summary>Cosines of half</summary>"));
    assertFalse(html.contains("Who has its way where"));
  }

  private void fails(String problem, Object... arguments) {
    Cli cli = Cli.run(arguments);
    assertEquals(new Cli(1, "", "amalgam: " + problem + "\n"), cli);
  }

  @Test
  void anotherArchitectureIsRefused() {
    Path gpt2 = Path.of("../io/src/test/resources/hf/gpt2");
    fails(
        "'%s' is of another architecture than the base '%s': its layers differ in 'model.layers.0.input_layernorm.weight', which only the base has; compare models that were made of one base"
            .formatted(gpt2, BASE),
        "compare",
        gpt2,
        "--base",
        BASE,
        "--quiet");
  }

  @Test
  void whatDoesNotGoTogether() throws IOException {
    fails(
        "there are 1 files of --data, but 2 of --expert; name a file for each expert, in the same"
            + " order",
        "compare",
        half,
        "--base",
        BASE,
        "--expert",
        MATH,
        JAVA,
        "--data",
        lines("math"),
        "--quiet");
    Path there = Files.writeString(root.resolve("there.html"), "mine");
    fails(
        "'" + there + "' exists already; remove it, or name another file",
        "compare",
        half,
        "--base",
        BASE,
        "--out",
        there,
        "--quiet");
    assertEquals("mine", Files.readString(there));
    assertEquals(
        new Cli(
            2, "", "amalgam: Missing required parameter: 'MODEL'\nHelp: amalgam compare --help\n"),
        Cli.run("compare", "--base", BASE));
  }
}
