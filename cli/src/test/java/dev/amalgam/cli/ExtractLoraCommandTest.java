package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtractLoraCommandTest {

  @TempDir Path root;
  private Path base;
  private Path expert;
  private Path adapter;

  @BeforeEach
  void makeModels() throws IOException {
    base = TinyModel.make(root.resolve("base"), 1);
    expert = TinyModel.make(root.resolve("expert"), 3);
    adapter = root.resolve("adapter");
  }

  @Test
  void anAdapterIsMadeAndSaysWhatItKeepsAndLeavesOut() {
    Cli made =
        Cli.run(
            "extract-lora",
            expert,
            "--base",
            base,
            "--rank",
            4,
            "--energy",
            "0.9",
            "--embeddings",
            "--out",
            adapter);
    assertEquals(0, made.exitCode(), made.err());
    assertTrue(made.out().contains("embed.weight  [20, 100]     1   100.0000 %\n"), made.out());
    assertTrue(
        made.out()
            .contains(
                "left out, though it changed: norm\\u{1b} (--save-rest stores it whole)\nwrote "),
        made.out());
    Cli compared = Cli.run("diff", expert, base + "+" + adapter);
    assertEquals(0, compared.exitCode(), compared.err());
    assertTrue(compared.out().contains("1.00000000"), compared.out());
    Cli listed = Cli.run("inspect", base + "+" + adapter);
    assertTrue(listed.out().contains("embed.weight  F32"), listed.out());
  }

  @ParameterizedTest
  @CsvSource({"--energy, 0", "--energy, 1.5", "--energy, NaN", "--alpha, -1", "--rank, 0"})
  void numbersOutOfRangeAreRefused(String option, String value) {
    Cli refused =
        option.equals("--rank")
            ? Cli.run("extract-lora", expert, "--base", base, option, value, "--out", adapter)
            : Cli.run(
                "extract-lora",
                expert,
                "--base",
                base,
                "--rank",
                4,
                option,
                value,
                "--out",
                adapter);
    assertEquals(2, refused.exitCode());
    assertTrue(refused.err().contains(option + " is "), refused.err());
    assertFalse(Files.exists(adapter));
  }
}
