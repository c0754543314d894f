package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.job.DiffJob;
import dev.amalgam.job.Inspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {

  @TempDir Path root;
  private Path recipe;
  private Path out;

  @BeforeEach
  void makeModels() throws IOException {
    TinyModel.make(root.resolve("a"), 1);
    TinyModel.make(root.resolve("b"), 2);
    recipe =
        Files.writeString(
            root.resolve("r.yml"),
            """
            merge_method: linear
            models:
            - model: a
            - model: b
            parameters: {weight: 1}
            """);
    out = root.resolve("out");
  }

  @Test
  void mergeTellsThePlanAndTheResult() {
    Cli cli = Cli.run("merge", recipe, out);
    assertEquals(0, cli.exitCode(), cli.err());
    assertEquals("", cli.err());
    List<String> lines = cli.out().lines().toList();
    assertEquals("method    linear", lines.get(0));
    assertEquals("models    a, b", lines.get(1));
    assertEquals("tensors   2 merged, 2.01 k parameters", lines.get(2));
    assertEquals("output    " + out + ", 8.04 kB of F32 in 1 file", lines.get(3));
    assertTrue(
        lines.get(4).matches("needs     16\\.\\d kB of input to read, 8\\.04 kB of disk .*"));
    assertTrue(lines.get(5).startsWith("done      " + out + ": 4 files, "), lines.get(5));
    assertEquals(6, lines.size());
  }

  @Test
  void quietPrintsNothing() {
    assertEquals(new Cli(0, "", ""), Cli.run("merge", "--quiet", recipe, out));
    assertTrue(Files.exists(out.resolve("model.safetensors")));
    assertEquals(
        new Cli(0, "", ""), Cli.run("merge", "--quiet", "--dry-run", "--force", recipe, out));
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    Cli cli = Cli.run("merge", "--dry-run", recipe, out);
    assertEquals(0, cli.exitCode());
    assertTrue(cli.out().endsWith("\ndry run   everything fits; nothing was written\n"));
    try (var files = Files.list(root)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void whatModelsWillRunOnIsTold() throws IOException {
    Path family = Path.of("../examples/tiny-llama").toAbsolutePath().normalize();
    Path asking =
        Files.writeString(
            root.resolve("apl.yml"),
            """
            merge_method: apl
            base_model: %1$s/base
            models: [{model: %1$s/math, parameters: {examples: %1$s/data/math.fewshot.jsonl}}]
            """
                .formatted(family));
    Cli cli = Cli.run("merge", "--dry-run", asking.toString(), out.toString());
    assertEquals(0, cli.exitCode(), cli.err());
    String told = cli.out();
    assertTrue(told.contains("\nasks      "), told);
    assertTrue(told.contains("\ntakes     at least about "), told);
    assertTrue(told.contains("FLOP/s measured now"), told);
  }

  @Test
  void anExistingFolderNeedsForce() {
    Cli.run("merge", "--quiet", recipe, out);
    assertEquals(
        new Cli(
            1,
            "",
            "amalgam: "
                + out
                + ": exists already; name another folder, or replace it with --force\n"),
        Cli.run("merge", recipe, out));
    assertEquals(0, Cli.run("merge", "--force", "--quiet", recipe, out).exitCode());
  }

  @Test
  void shardsHashesAndSeedFollowTheOptions() throws IOException {
    Cli.run("merge", "--quiet", "--shard-size", "8kB", "--seed=-7", recipe, out);
    assertTrue(Files.exists(out.resolve("model-00001-of-00002.safetensors")));
    String provenance = Files.readString(out.resolve("amalgam.json"));
    assertTrue(provenance.contains("\"seed\": -7"), provenance);
    assertTrue(provenance.contains("sha256"));
    Cli.run("merge", "--quiet", "--force", "--no-hashes", recipe, out);
    assertFalse(Files.readString(out.resolve("amalgam.json")).contains("sha256"));
    Cli.run("merge", "--quiet", "--force", "--no-input-hashes", recipe, out);
    provenance = Files.readString(out.resolve("amalgam.json"));
    int outputs = provenance.indexOf("\"outputs\"");
    assertFalse(provenance.substring(0, outputs).contains("sha256"));
    assertTrue(provenance.substring(outputs).contains("sha256"));
  }

  @Test
  void warningsGoToStandardError() throws IOException {
    Files.delete(root.resolve("a/config.json"));
    assertEquals(
        "amalgam: warning: 'a' has no config.json, so the output gets none\n",
        Cli.run("merge", "--dry-run", recipe, out).err());
  }

  @Test
  void inspectPrintsATable() {
    assertEquals(
        new Cli(
            0,
            """
            tensor        dtype      shape     size
            embed.weight  F32    [20, 100]  8.00 kB
            norm\\u{1b}    F32         [10]     40 B
            metadata format = pt
            2 tensors, 2.01 k elements, 8.04 kB (F32 8.04 kB) in 1 file
            """,
            ""),
        Cli.run("inspect", root.resolve("a")));
  }

  @Test
  void inspectPrintsJson() {
    Path model = root.resolve("a");
    assertEquals(new Cli(0, Inspection.of(model).json(), ""), Cli.run("inspect", "--json", model));
  }

  @Test
  void diffPrintsATable() {
    assertEquals(
        new Cli(
            0,
            """
            tensor        norm of delta   relative      cosine   changed
            embed.weight        44.7214  1.000e+00  1.00000000  100.00 %
            norm\\u{1b}          3.16228  1.000e+00  1.00000000  100.00 %
            total               44.8330  1.000e+00  1.00000000  100.00 %
            """,
            ""),
        Cli.run("diff", root.resolve("a"), root.resolve("b")));
  }

  @Test
  void diffPrintsJson() {
    Path a = root.resolve("a");
    Path b = root.resolve("b");
    String json = DiffJob.json(DiffJob.compare(a, b, 1, ProgressListener.NONE));
    assertEquals(new Cli(0, json, ""), Cli.run("diff", "--json", "--quiet", a, b));
  }

  @Test
  void theMergeIsTheMeanOfTheModels() {
    Cli.run("merge", "--quiet", "--threads", 3, recipe, out);
    try (var merged = CheckpointFolder.open(out)) {
      assertEquals(2, merged.tensors().size());
    }
    assertTrue(
        Cli.run("diff", root.resolve("a"), out)
            .out()
            .contains("\ntotal               22.4165  5.000e-01"));
  }
}
