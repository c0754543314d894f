package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other jars add merge methods and output formats. */
class ExtensionsTest {

  private static final Path METHOD = Path.of("../examples/method");
  private static final Path RECIPE = METHOD.resolve("median.yml");
  private static final Path MODELS = Path.of("../examples/tiny-llama");
  private static final Path FORMAT = Path.of("src/test/resources/raw/RawFormat.java");
  private static final String METHOD_SERVICE = "dev.amalgam.core.merge.MergeMethod";
  private static final String FORMAT_SERVICE = "dev.amalgam.io.checkpoint.OutputFormat";
  private static final String MODULES = System.getProperty("jdk.module.path");

  @TempDir Path folder;

  private record Ended(int exitCode, String out, String err) {}

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theExampleMethodMergesFromTheModulePathAndFromTheClassPath(boolean modular)
      throws Exception {
    Path jar = jar(METHOD.resolve("median/Median.java"), METHOD_SERVICE, "median.Median", true);
    Path out = folder.resolve("merged");
    Ended ended = amalgam(modular, jar, "merge", RECIPE, out);
    assertEquals(0, ended.exitCode, ended.err);
    assertTrue(ended.out.startsWith("method    median\n"), ended.out);
    String tensor = "model.layers.1.mlp.up_proj.weight";
    float[] base = read(MODELS.resolve("base"), tensor);
    float[] expected = new float[base.length];
    float[][] experts =
        Stream.of("shakespeare", "math", "java")
            .map(model -> read(MODELS.resolve(model), tensor))
            .toArray(float[][]::new);
    for (int i = 0; i < base.length; i++) {
      float b = base[i];
      int at = i;
      double[] deltas = Arrays.stream(experts).mapToDouble(e -> e[at] - b).sorted().toArray();
      expected[i] = b + (float) deltas[1];
    }
    assertArrayEquals(expected, read(out, tensor));
  }

  @Test
  void withoutItsJarAMethodIsNotKnown() throws Exception {
    Cli cli = Cli.run("validate", RECIPE);
    assertEquals(1, cli.exitCode());
    assertTrue(cli.err().contains("merge_method 'median' is not known; known are: "), cli.err());
  }

  @Test
  void aMethodWithTheNameOfAnotherIsRefused() throws Exception {
    String source = Files.readString(METHOD.resolve("median/Median.java"));
    Path clash = folder.resolve("Median.java");
    Files.writeString(clash, source.replace("\"median\"", "\"ties\""));
    Path jar = jar(clash, METHOD_SERVICE, "median.Median", false);
    Ended ended = amalgam(false, jar, "validate", MODELS.resolve("ties.yml"));
    assertEquals(1, ended.exitCode);
    assertEquals(
        "amalgam: there are two of the merge method 'ties', dev.amalgam.core.merge.Ties and"
            + " median.Median; remove the jar of one\n",
        ended.err);
  }

  @Test
  void aJarWhoseMethodCannotBeMadeIsRefused() throws Exception {
    Path jar = jar(METHOD.resolve("median/Median.java"), METHOD_SERVICE, "median.Gone", false);
    Ended ended = amalgam(false, jar, "validate", MODELS.resolve("ties.yml"));
    assertEquals(1, ended.exitCode);
    assertEquals(
        "amalgam: a merge method of another jar cannot be used:"
            + " 'dev.amalgam.core.merge.MergeMethod: Provider median.Gone not found'; remove the"
            + " jar, or ask its author for one that fits this version of Amalgam\n",
        ended.err);
  }

  @Test
  void aFormatOfAnotherJarWritesOneFileThatHoldsTheConfigToo() throws Exception {
    Path jar = jar(FORMAT, FORMAT_SERVICE, "raw.RawFormat", false);
    Path out = folder.resolve("merged");
    Object[] merge = {"merge", "--format", "raw", MODELS.resolve("ties.yml"), out};
    Ended ended = amalgam(false, jar, merge);
    assertEquals(0, ended.exitCode, ended.err);
    assertEquals(List.of("README.md", "amalgam.json", "model.raw"), names(out));
    Path ordinary = folder.resolve("ordinary");
    assertEquals(0, Cli.run("merge", MODELS.resolve("ties.yml"), ordinary).exitCode());
    byte[] config = Files.readAllBytes(ordinary.resolve("config.json"));
    ByteBuffer expected = ByteBuffer.allocate(config.length + 1_739_008).put(config);
    try (SafetensorsFile file = SafetensorsFile.open(ordinary.resolve("model.safetensors"))) {
      file.tensors().stream()
          .sorted(Comparator.comparing(TensorInfo::name).reversed())
          .forEach(tensor -> put(file, tensor, expected));
    }
    assertFalse(expected.hasRemaining());
    assertArrayEquals(expected.array(), Files.readAllBytes(out.resolve("model.raw")));
    ended = amalgam(false, jar, "merge", "--force", MODELS.resolve("ties.yml"), out);
    assertEquals(0, ended.exitCode, ended.err);
    assertFalse(Files.exists(out.resolve("model.raw")));
  }

  @Test
  void anUnknownFormatIsAnErrorThatSaysWhatWasMeant() throws Exception {
    Path out = folder.resolve("merged");
    assertEquals(
        new Cli(
            1,
            "",
            "amalgam: output format 'safetensor' is not known; did you mean 'safetensors'?\n"),
        Cli.run("merge", "--format", "safetensor", MODELS.resolve("ties.yml"), out));
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void put(Checkpoint file, TensorInfo tensor, ByteBuffer into) {
    MemorySegment bytes = MemorySegment.ofBuffer(ByteBuffer.allocateDirect((int) tensor.bytes()));
    file.read(tensor.name(), 0, bytes);
    into.put(bytes.asByteBuffer());
  }

  private static float[] read(Path model, String tensor) {
    try (SafetensorsFile file = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      return new CheckpointWeights(file).read(tensor);
    }
  }

  /** Returns a jar that provides a service, with the descriptor of the example if it is modular. */
  private Path jar(Path source, String service, String provider, boolean modular) throws Exception {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    if (modular) {
      Path descriptor = METHOD.resolve("module-info.java");
      succeed("javac", "-p", MODULES, "-d", classes, descriptor, source);
    } else {
      succeed("javac", "-cp", MODULES, "-d", classes, source);
    }
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve(service), provider);
    Path jar = folder.resolve("extension.jar");
    succeed("jar", "--create", "--file", jar, "-C", classes, ".");
    return jar;
  }

  private void succeed(String tool, Object... arguments) throws Exception {
    Ended ended = run(tool, arguments);
    assertEquals(0, ended.exitCode, ended.out + ended.err);
  }

  /** Runs the command line in a process of its own, with another jar. */
  private Ended amalgam(boolean modular, Path jar, Object... arguments) throws Exception {
    String path = MODULES + System.getProperty("path.separator") + jar;
    Stream<Object> start =
        modular
            ? Stream.of("-p", path, "-m", "dev.amalgam.cli/dev.amalgam.cli.Main")
            : Stream.of("-cp", path, "-Ddev.amalgam.relaunched=true", "dev.amalgam.cli.Main");
    return run("java", Stream.concat(start, Stream.of(arguments)).toArray());
  }

  private Ended run(String tool, Object... arguments) throws Exception {
    // These processes end before an optimizing compiler is of use.
    String quick = (tool.equals("java") ? "" : "-J") + "-XX:TieredStopAtLevel=1";
    Path out = folder.resolve(tool + ".out");
    Path err = folder.resolve(tool + ".err");
    String binary = Path.of(System.getProperty("java.home"), "bin", tool).toString();
    List<String> command =
        Stream.concat(Stream.of(binary, quick), Stream.of(arguments).map(Object::toString))
            .toList();
    int exitCode =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Ended(exitCode, Files.readString(out), Files.readString(err));
  }
}
