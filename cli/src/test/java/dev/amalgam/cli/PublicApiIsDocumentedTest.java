package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.io.recipe.RecipeFile;
import dev.amalgam.job.MergeJob;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything public of the packages that are exported to all has a comment, and every component of
 * a record its meaning. Whether the comments are well-formed is checked by the compiler in every
 * build.
 */
class PublicApiIsDocumentedTest {

  // "file.java:12: warning: no comment", and below it the line of the source.
  private static final Pattern PROBLEM =
      Pattern.compile("(?m)^(.*\\.java:\\d+): warning: (no .*|use of default .*)\\R(.*)$");

  @TempDir Path folder;

  @Test
  void ofCore() throws Exception {
    check(Path.of("../core/src/main/java"), AmalgamException.class.getModule().getDescriptor());
  }

  @Test
  void ofIo() throws Exception {
    check(Path.of("../io/src/main/java"), RecipeFile.class.getModule().getDescriptor());
  }

  @Test
  void ofJob() throws Exception {
    check(Path.of("../job/src/main/java"), MergeJob.class.getModule().getDescriptor());
  }

  @Test
  void theCheckSeesWhatHasNone() throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("Bare.java"),
            """
            package bare;

            /** A record. */
            public record Bare(int count) {
              /** Returns it. */
              public int twice(int times) {
                return times * count;
              }

              public int thrice() {
                return 3 * count;
              }

              void hidden() {}

              public interface Inner {}
            }
            """);
    assertEquals(
        List.of(
            source + ":4: no @param for count",
            source + ":10: no comment",
            source + ":16: no comment"),
        problems("bare", List.of(source)));
  }

  private void check(Path sources, ModuleDescriptor module) throws Exception {
    String exported =
        module.exports().stream()
            .filter(exports -> !exports.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .sorted()
            .collect(Collectors.joining(","));
    try (Stream<Path> files = Files.walk(sources)) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertTrue(java.size() > 100, () -> "sources: " + java.size());
      assertEquals(List.of(), problems(exported, java));
    }
  }

  /** Returns what lacks a comment; the parameters and results of methods are spared. */
  private List<String> problems(String packages, List<Path> sources)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-J-Duser.language=en",
                "-J-XX:TieredStopAtLevel=1",
                "-Xdoclint:missing/protected",
                "-Xdoclint/package:" + packages,
                "-Xmaxwarns",
                "100000",
                "-p",
                System.getProperty("jdk.module.path"),
                "-d",
                folder.resolve("classes").toString()));
    sources.forEach(source -> command.add(source.toString()));
    Path output = folder.resolve("javac.out");
    int exitCode =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String text = Files.readString(output);
    assertEquals(0, exitCode, text);
    List<String> problems = new ArrayList<>();
    PROBLEM
        .matcher(text)
        .results()
        .forEach(
            found -> {
              String problem = found.group(2);
              boolean ofRecord = found.group(3).matches("[\\w ]*\\brecord \\w+[(<].*");
              boolean ofMethod =
                  problem.startsWith("no @param") || problem.startsWith("no @return");
              if (ofRecord || !ofMethod) {
                problems.add(found.group(1) + ": " + problem);
              }
            });
    return problems;
  }
}
