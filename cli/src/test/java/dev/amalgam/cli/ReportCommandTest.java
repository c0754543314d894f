package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

  private static final Path EXAMPLES = Path.of("../examples/tiny-llama");
  private static final Path BASE = EXAMPLES.resolve("base");
  private static final Path MATH = EXAMPLES.resolve("math");
  private static final Path JAVA = EXAMPLES.resolve("java");

  @TempDir private static Path shared;
  private static Path math;
  private static Path java;

  @TempDir Path root;

  @BeforeAll
  static void scoreTwoExperts() {
    math = score("math");
    java = score("java");
  }

  private static Path score(String expert) {
    Path sidecar = shared.resolve(expert + ".safetensors");
    Cli cli =
        Cli.run(
            "importance",
            EXAMPLES.resolve(expert),
            "--base",
            BASE,
            "--data",
            EXAMPLES.resolve("data/" + expert + ".fewshot.jsonl"),
            "--examples=2",
            "--max-length=12",
            "--out",
            sidecar,
            "--quiet");
    assertEquals(0, cli.exitCode(), cli.err());
    return sidecar;
  }

  private Path lines(String task) throws IOException {
    try (var all = Files.lines(EXAMPLES.resolve("data/" + task + ".test.jsonl"))) {
      return Files.write(root.resolve(task + ".jsonl"), all.limit(1).toList());
    }
  }

  private Cli report(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("report", math, java, "--quiet"));
    arguments.addAll(List.of("--out", root.resolve("report.html")));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray());
  }

  private void fails(String problem, Object... more) {
    assertEquals(new Cli(1, "", "amalgam: " + problem + "\n"), report(more));
    assertFalse(Files.exists(root.resolve("report.html")));
  }

  /** Returns the page, its cells without attributes. */
  private String page() throws IOException {
    return Files.readString(root.resolve("report.html")).replaceAll("<td [^>]*>", "<td>");
  }

  @Test
  void sidecarsByThemselves() throws IOException {
    assertEquals(new Cli(0, "", ""), report());
    String page = page();
    assertTrue(page.contains("<th scope=\"row\">math</th>"));
    assertTrue(page.contains("<summary>Collisions, row, gradient at base, magnitude</summary>"));
    assertFalse(page.contains("Sign conflicts"));
    assertFalse(page.contains("Merged model"));
  }

  @Test
  void theFileIsNamedAndReplacesNone() throws IOException {
    Path out = root.resolve("report.html");
    assertEquals("written    " + out + "\n", Cli.run("report", math, "--out", out).out());
    byte[] before = Files.readAllBytes(out);
    assertEquals(
        new Cli(1, "", "amalgam: '" + out + "' exists already; remove it, or name another file\n"),
        Cli.run("report", math, "--out", out));
    Files.delete(out);
    Cli.run("report", math, "--out", out, "--threads=1");
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(out)));
  }

  @Test
  void modelsAndTheirMerge() throws IOException {
    Path merged = root.resolve("merged");
    Path recipe =
        Files.writeString(
            root.resolve("r.yml"),
            "merge_method: task_arithmetic\nbase_model: %s\nmodels:\n- model: %s\n- model: %s\n"
                    .formatted(BASE.toAbsolutePath(), MATH.toAbsolutePath(), JAVA.toAbsolutePath())
                + "parameters: {weight: 0.5}\n");
    assertEquals(0, Cli.run("merge", "--quiet", recipe, merged).exitCode());
    Cli cli =
        report(
            "--base",
            BASE,
            "--expert",
            MATH,
            "--expert",
            JAVA,
            "--merge",
            merged,
            "--data",
            lines("math"),
            lines("java"),
            "--max-length=12");
    assertEquals(0, cli.exitCode(), cli.err());
    String page = page();
    assertTrue(page.contains("<summary>Sign conflicts weighted by importance</summary>"));
    assertTrue(page.contains("with method task_arithmetic and seed "));
    assertTrue(page.contains("<td>expert of math</td>"));
    assertTrue(page.contains("<td>expert of java</td>"));
    assertTrue(page.contains("<td>base</td>"));
    // The table's numbers are those of eval.
    Cli eval = Cli.run("eval", merged, "--data", lines("java"), "--max-length=12", "--quiet");
    String loss = eval.out().replaceAll("(?s).*loss +(\\d\\.\\d{4}).*", "$1");
    String row = page.replaceAll("(?s).*?<th scope=\"row\">merged</th>(.*?)</tr>.*", "$1");
    double shown = Double.parseDouble(row.replaceAll("<td>.*?</td><td>(.*?)</td>", "$1").strip());
    assertEquals(Double.parseDouble(loss), shown, 1.1e-4, row);
  }

  @Test
  void anotherBase() {
    Cli cli = report("--base", MATH, "--expert", MATH, JAVA);
    assertEquals(1, cli.exitCode());
    assertTrue(
        cli.err().startsWith("amalgam: '" + MATH + "' is not the base of the scores"), cli.err());
  }

  @Test
  void anExpertWithoutScoresIsMentioned() {
    Path other = EXAMPLES.resolve("intents");
    Cli cli = report("--base", BASE, "--expert", MATH, other);
    assertEquals(0, cli.exitCode());
    assertEquals(
        "amalgam: warning: none of the sidecars is about '"
            + other
            + "', so its sign conflicts are not weighted by importance\n",
        cli.err());
  }

  @Test
  void whatDoesNotGoTogether() throws IOException {
    fails(
        "examples are for the evaluation of a merged model; add --merge, or leave --data out",
        "--data",
        lines("math"));
    fails(
        "there are 1 files of --data, but 2 of --expert; name a file for each expert, in the same"
            + " order",
        "--base",
        BASE,
        "--expert",
        MATH,
        JAVA,
        "--merge",
        JAVA,
        "--data",
        lines("math"));
    fails("experts are compared by how they differ from their base; add --base", "--expert", MATH);
    fails(
        "a base by itself tells nothing; add --expert with at least two folders, or leave --base"
            + " out",
        "--base",
        BASE);
    fails("a density of 1.5 is not between 0 and 1", "--density", "1.5");
    fails("tau1 is '0.0'; it must be above 0", "--tau1=0");
  }

  @Test
  void nothingToReportAbout() {
    assertEquals(
        new Cli(
            1,
            "",
            "amalgam: there is nothing to report about; name sidecars that 'amalgam importance'"
                + " wrote, or a merged model with --merge\n"),
        Cli.run("report", "--out", root.resolve("x.html"), "--quiet"));
  }

  /** Returns the report of a model that was repaired a little. */
  private String repaired(Path merged, Object... more) throws IOException {
    Path recipe =
        Files.writeString(
            root.resolve("apl.yml"),
            """
            merge_method: apl
            base_model: %1$s/base
            models:
            - {model: %1$s/math, parameters: {examples: %1$s/data/math.fewshot.jsonl}}
            - {model: %1$s/java, parameters: {examples: %1$s/data/java.fewshot.jsonl}}
            parameters: {density: 1, steps: 2, texts: 1, examples_limit: 4, max_length: 12}
            """
                .formatted(EXAMPLES.toAbsolutePath().normalize()));
    if (!Files.exists(merged)) {
      Cli cli = Cli.run("merge", "--quiet", recipe, merged);
      assertEquals(0, cli.exitCode(), cli.err());
    }
    Path out = root.resolve("repaired.html");
    Files.deleteIfExists(out);
    List<Object> arguments = new ArrayList<>(List.of("report", "--merge", merged, "--quiet"));
    arguments.addAll(List.of("--out", out));
    arguments.addAll(List.of(more));
    Cli cli = Cli.run(arguments.toArray());
    assertEquals(0, cli.exitCode(), cli.err());
    return Files.readString(out);
  }

  @Test
  void aRepairedModelIsReportedWithoutSidecars() throws IOException {
    Path merged = root.resolve("merged");
    String alone = repaired(merged);
    assertTrue(alone.contains("<summary>Losses by task</summary>"));
    assertTrue(alone.contains("<summary>Loss by step</summary>"));
    assertTrue(alone.contains("with the start &#39;regression&#39;") || alone.contains("fall"));
    assertTrue(alone.contains("Which expert has its way where is told with --base and --expert."));
    assertFalse(alone.contains("<h2>Sidecars</h2>"));
    String page = repaired(merged, "--base", BASE, "--expert", MATH, JAVA);
    assertTrue(page.contains("<h2>Who has its way where</h2>"));
    assertFalse(page.contains("is told with --base and --expert."));
    // The share in the whole model is what the inner products say.
    Cli compared =
        Cli.run("compare", merged, "--base", BASE, "--expert", MATH, JAVA, "--json", "--quiet");
    String total = compared.out().substring(compared.out().indexOf("\"total\""));
    double share =
        Double.parseDouble(
            total.replaceAll("(?s).*?\"shares\": \\[\\s*\\[\\s*([-0-9.Ee]+).*", "$1"));
    String shown = String.format(Locale.ROOT, "%.1f %%", 100 * share);
    String row = page.substring(page.indexOf("<summary>In the whole model</summary>"));
    assertTrue(row.substring(0, row.indexOf("</table>")).contains(">" + shown + "<"), shown);
  }

  @Test
  void aMergedModelOfOtherLayersHasNoShares() throws IOException {
    Path other = Path.of("../io/src/test/resources/hf/gpt2");
    Path out = root.resolve("x.html");
    Cli cli =
        Cli.run(
            "report", "--merge", other, "--base", BASE, "--expert", MATH, "--out", out, "--quiet");
    assertEquals(0, cli.exitCode(), cli.err());
    assertTrue(cli.err().contains("is of another architecture than the base"), cli.err());
    assertTrue(
        Files.readString(out).contains("Which expert has its way where cannot be told: &#39;"));
  }

  @Test
  void aDamagedRecordOfARepairIsOneLine() throws IOException {
    Path merged = Files.createDirectory(root.resolve("merged"));
    Files.writeString(
        merged.resolve("amalgam.json"), "{\"repair\": {\"tasks\": [{\"expert\": 1}]}}");
    Cli cli = Cli.run("report", "--merge", merged, "--out", root.resolve("x.html"), "--quiet");
    assertEquals(1, cli.exitCode());
    assertEquals(
        "amalgam: '"
            + merged.resolve("amalgam.json")
            + "': 'expert' is missing in 'repair', or is of another kind than there; remove"
            + " 'repair' from the file, and the report will go without\n",
        cli.err());
  }

  @Test
  void aCheckpointIsNoSidecar() {
    Cli cli = Cli.run("report", MATH.resolve("model.safetensors"), "--out", root.resolve("x"));
    assertEquals(1, cli.exitCode());
    assertTrue(cli.err().contains("so it holds no importance scores"), cli.err());
  }
}
