package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidateCommandTest {

  private static final String GOOD =
      """
      merge_method: linear
      models:
      - model: a
      - model: b
      parameters: {weight: 1}
      """;

  @TempDir Path root;
  private Path recipe;

  @BeforeEach
  void makeModels() throws IOException {
    TinyModel.make(root.resolve("a"), 1);
    TinyModel.make(root.resolve("b"), 2);
    recipe = Files.writeString(root.resolve("r.yml"), GOOD);
  }

  @Test
  void aRecipeThatFitsItsModelsIsPlannedAndNothingWritten() throws IOException {
    Cli cli = Cli.run("validate", recipe);
    assertEquals(0, cli.exitCode(), cli.err());
    assertEquals("", cli.err());
    List<String> lines = cli.out().lines().toList();
    assertEquals("method    linear", lines.get(0));
    assertEquals("models    a, b", lines.get(1));
    assertEquals("output    8.04 kB of F32 in 1 file", lines.get(3));
    assertTrue(
        lines
            .get(4)
            .matches("needs     16\\.\\d kB of input to read, 8\\.04 kB of disk, .* buffers"));
    assertEquals(
        "valid     the recipe and its models go together; nothing was written", lines.get(5));
    assertEquals(6, lines.size());
    try (var files = Files.list(root)) {
      Set<String> names = new TreeSet<>(files.map(f -> f.getFileName().toString()).toList());
      assertEquals(Set.of("a", "b", "r.yml"), names);
    }
  }

  @Test
  void stagesAreNamed() throws IOException {
    Files.writeString(
        recipe, "name: x\n" + GOOD + "---\nmerge_method: passthrough\nmodels: [{model: x}]\n");
    assertTrue(
        Cli.run("validate", recipe).out().startsWith("stages    x\nmethod    passthrough\n"));
  }

  @Test
  void quietPrintsNothing() {
    assertEquals(new Cli(0, "", ""), Cli.run("validate", "--quiet", recipe));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "linear|linaer|:1:15: merge_method 'linaer' is not known; did you mean 'linear'?",
        "weight|wieght|: parameters: merge_method linear does not read 'wieght' here; did you mean"
            + " 'weight'?",
        "models|model|:2:1: key 'model' is not known in the recipe; did you mean 'models'?",
        "{weight: 1}|{}|: a, tensor 'embed.weight': merge_method linear needs 'weight' (factor of"
            + " the model) and the recipe sets none that fits this tensor; add it under"
            + " 'parameters'"
      })
  void aMistakeIsOneLineAndTheExitCodeOne(String right, String wrong, String problem)
      throws IOException {
    Files.writeString(recipe, GOOD.replace(right, wrong));
    assertEquals(
        new Cli(1, "", "amalgam: " + recipe + problem + "\n"), Cli.run("validate", recipe));
  }

  @Test
  void aDamagedModelIsFoundWithoutReadingIt() throws IOException {
    Files.write(root.resolve("b/model.safetensors"), new byte[] {1, 2, 3});
    Cli cli = Cli.run("validate", recipe);
    assertEquals(1, cli.exitCode());
    assertTrue(cli.err().contains("b/model.safetensors"), cli.err());
    assertEquals(1, cli.err().lines().count());
  }
}
