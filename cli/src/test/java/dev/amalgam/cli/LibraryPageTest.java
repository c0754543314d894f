package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.job.api.AmalgamVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for users of the library shows code that compiles and runs. */
class LibraryPageTest {

  private static final Path PAGE = Path.of("../docs/library.md");
  private static final Path SOURCE = Path.of("../examples/library/merging/MergeFromJava.java");

  @TempDir Path folder;

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?s)\n```" + language + "\n(.*?\n)```\n")
        .matcher(Files.readString(PAGE))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  @Test
  void allCodeOnThePageIsOfTheExample() throws IOException {
    String source = Files.readString(SOURCE);
    List<String> blocks = blocks("java");
    assertTrue(blocks.size() > 5, () -> "blocks: " + blocks.size());
    for (String block : blocks) {
      if (!block.startsWith("module ")) {
        assertTrue(
            source.contains(block.indent(4)),
            () -> "no part of a method of MergeFromJava.java:\n" + block);
      }
    }
  }

  @Test
  void thePageNamesTheVersionThatIsBuilt() throws IOException {
    String dependency = blocks("xml").getFirst();
    assertTrue(dependency.contains("<artifactId>amalgam-job</artifactId>"), dependency);
    assertTrue(dependency.contains("<version>" + AmalgamVersion.get() + "</version>"), dependency);
  }

  @Test
  void theExampleCompilesAndRunsAsAModuleThatRequiresWhatThePageSays() throws Exception {
    String module =
        blocks("java").stream().filter(b -> b.startsWith("module ")).findFirst().orElseThrow();
    Path descriptor = Files.writeString(folder.resolve("module-info.java"), module);
    Path classes = folder.resolve("classes");
    String modules = System.getProperty("jdk.module.path");
    java("javac", "-p", modules, "-d", classes, descriptor, SOURCE);
    List<String> examples =
        Files.readAllLines(Path.of("../examples/tiny-llama/data/math.fewshot.jsonl"));
    Path data = Files.write(folder.resolve("data.jsonl"), examples.subList(0, 4));
    String out =
        java(
            "java",
            "--add-modules",
            "jdk.incubator.vector",
            "-p",
            modules + System.getProperty("path.separator") + classes,
            "-m",
            "merging/merging.MergeFromJava",
            "../examples/tiny-llama",
            data,
            folder);
    var digest =
        Pattern.compile("\n([0-9a-f]{64})  merged-ties").matcher(Files.readString(readme()));
    assertTrue(digest.find());
    assertTrue(out.contains("model.safetensors 1743056 " + digest.group(1) + "\n"), out);
    assertTrue(out.contains("\nmerging: 1739008 of 1739008 bytes\nthe final norm starts"), out);
    assertTrue(Pattern.compile("\nloss \\d\\.\\d+, accuracy 0\\.\\d+\n").matcher(out).find(), out);
    assertTrue(out.contains("\nmodel.layers.3.mlp.down_proj.weight 0.0"), out);
    assertTrue(Files.exists(folder.resolve("by-text/model.safetensors")));
    assertTrue(Files.exists(folder.resolve("math.safetensors")));
  }

  private static Path readme() {
    return Path.of("../README.md");
  }

  /** Runs a tool of this JDK and returns what it printed to standard output. */
  private String java(String tool, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    Path out = folder.resolve(tool + ".out");
    Path err = folder.resolve(tool + ".err");
    int exitCode =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    String problems = Files.readString(err);
    assertEquals(0, exitCode, problems);
    assertFalse(problems.contains("error"), problems);
    return Files.readString(out);
  }
}
