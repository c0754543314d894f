package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a process starts: with the Vector API where it computes, and on what Java. */
class StartTest {

  private static final Path JAR_MAIN = Path.of("src/jar/java/dev/amalgam/cli/JarMain.java");

  @TempDir private static Path folder;

  private record Ended(int exitCode, String printed) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "-V",
        "merge --help",
        "merge -h",
        "--version merge",
        "validate recipe.yml",
        "inspect base",
        "tokenize base"
      })
  void whatOnlyInformsStartsWithoutTheVectorApi(String arguments) {
    assertFalse(JarRelaunch.computes(arguments.split(" ")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"merge recipe.yml out", "--stacktrace eval base --data examples.jsonl"})
  void whatComputesStartsWithIt(String arguments) {
    assertTrue(JarRelaunch.computes(arguments.split(" ")));
  }

  @Test
  void theLauncherAndTheJarAgreeOnWhichCommandsCompute() throws Exception {
    var line =
        Pattern.compile("([-a-z |]+)\\) computes=yes")
            .matcher(Files.readString(Path.of("../amalgam")));
    assertTrue(line.find());
    assertEquals(
        new TreeSet<>(JarRelaunch.COMPUTING),
        new TreeSet<>(List.of(line.group(1).strip().split(" \\| "))));
    Set<String> others = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
    assertTrue(others.removeAll(JarRelaunch.COMPUTING));
    assertEquals(Set.of("inspect", "tokenize", "validate"), others);
  }

  @ParameterizedTest
  @CsvSource({"1.8, false", "17, false", "24, false", "25, true", "26, true"})
  void theJarRunsOnTheJavaThatItIsMadeForAndLater(String version, boolean suffices)
      throws Exception {
    Method method = jarMain().getDeclaredMethod("suffices", String.class);
    method.setAccessible(true);
    assertEquals(suffices, method.invoke(null, version));
  }

  @Test
  void theJarSaysInOneLineThatAnOlderJavaWillNotDo() throws Exception {
    Method method = jarMain().getDeclaredMethod("problem", String.class, String.class);
    method.setAccessible(true);
    assertEquals(
        "amalgam: JDK 25 is needed, and this is Java 17 (/java); install one (for example Temurin"
            + " 25 from https://adoptium.net) and start the jar with its java",
        method.invoke(null, "17", "/java"));
  }

  @Test
  void theJarRunsTheCommandLine() throws Exception {
    String path =
        System.getProperty("jdk.module.path") + System.getProperty("path.separator") + folder;
    assertEquals(
        new Ended(0, Version.line() + "\n"),
        run("java", "-cp", path, "dev.amalgam.cli.JarMain", "--version"));
  }

  private static Class<?> jarMain() throws Exception {
    // Of no module, as in the jar.
    var loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    return loader.loadClass("dev.amalgam.cli.JarMain");
  }

  @BeforeAll
  static void compile() throws Exception {
    assertEquals(
        new Ended(0, ""),
        run("javac", "--release", "8", "-Xlint:-options", "-d", folder, JAR_MAIN));
    byte[] bytes = Files.readAllBytes(folder.resolve("dev/amalgam/cli/JarMain.class"));
    assertEquals(52, bytes[7], "the class file version of Java 8");
  }

  private static Ended run(String tool, Object... arguments) throws Exception {
    String binary = Path.of(System.getProperty("java.home"), "bin", tool).toString();
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(binary), Stream.of(arguments).map(Object::toString))
                    .toList())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), printed);
  }
}
