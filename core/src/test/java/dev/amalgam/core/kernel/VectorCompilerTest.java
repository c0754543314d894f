package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SIMD loops are in use only where the virtual machine makes vector instructions of them. */
class VectorCompilerTest {

  private static final Map<String, String> HOTSPOT =
      Map.of(
          "java.vm.info", "mixed mode, sharing",
          "java.vm.version", "25.0.3+9-LTS",
          "sun.management.compiler", "HotSpot 64-Bit Tiered Compilers");

  /** Prints the width of the vectors that are in use. */
  static final class Bits {

    private Bits() {}

    public static void main(String[] arguments) {
      System.out.print(Kernels.get().vectorBits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:CompilationMode=quick-only"})
  void withoutTheOptimizingCompilerTheScalarTwinsWork(String option) throws Exception {
    assertEquals(0, vectorBits(option));
  }

  @Test
  void withItTheSimdTwinsWork() throws Exception {
    int bits = vectorBits("-XX:-TieredCompilation");
    assertTrue(bits >= 128, () -> "vectors of " + bits + " bits");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java.vm.version | 25+36-jvmci-b01",
        "java.vm.info | interpreted mode",
        "sun.management.compiler | HotSpot 64-Bit Client Compiler",
        "sun.management.compiler | ''"
      })
  void otherVirtualMachinesAreKnownByTheirProperties(String key, String value) {
    assertTrue(VectorCompiler.isPresent(HOTSPOT::get));
    Map<String, String> other = new HashMap<>(HOTSPOT);
    other.put(key, value);
    assertFalse(VectorCompiler.isPresent(other::get));
  }

  private static int vectorBits(String option) throws Exception {
    String classPath = folder(Kernels.class) + System.getProperty("path.separator");
    Process java =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    option,
                    "--add-modules=jdk.incubator.vector",
                    "-cp",
                    classPath + folder(Bits.class),
                    Bits.class.getName()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), printed);
    return Integer.parseInt(printed);
  }

  /** Returns the folder that a class was loaded from. */
  private static Path folder(Class<?> type) throws Exception {
    String file = type.getName().replace('.', '/') + ".class";
    URI uri = type.getResource("/" + file).toURI();
    return Path.of(uri).resolve("../".repeat(file.split("/").length)).normalize();
  }
}
