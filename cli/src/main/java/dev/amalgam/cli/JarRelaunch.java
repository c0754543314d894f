package dev.amalgam.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code java -jar} cannot add the Vector API's module. Where a command wants it, the process
 * starts itself again with the module added and hands over its input, output and exit code.
 */
final class JarRelaunch {

  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String KERNELS = "dev.amalgam.core.kernel.simd.*::*";
  // As in the launcher, which says why.
  private static final String COLLECTOR = "-XX:+UseSerialGC";
  private static final List<String> AS_LAUNCHED =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "-XX:MaxDirectMemorySize=8t",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=CompileThresholdScaling," + KERNELS + ",0.01",
          "-XX:CompileCommand=BackgroundCompilation," + KERNELS + ",false");
  private static final String RELAUNCHED = "dev.amalgam.relaunched";

  /** The commands that the Vector API makes faster. */
  static final Set<String> COMPUTING =
      Set.of(
          "merge", "diff", "compare", "eval", "importance", "report", "generate", "extract-lora");

  // Options that have a command tell of itself.
  private static final Set<String> INFORMING = Set.of("-h", "--help", "-V", "--version");

  private JarRelaunch() {}

  static boolean isNeeded(String[] arguments) {
    return computes(arguments)
        && !Main.class.getModule().isNamed()
        && ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()
        && System.getProperty(RELAUNCHED) == null
        && ModuleFinder.ofSystem().find(VECTOR_MODULE).isPresent();
  }

  /** Returns whether the arguments ask for work that the Vector API makes faster. */
  static boolean computes(String... arguments) {
    return Stream.of(arguments).anyMatch(COMPUTING::contains)
        && Stream.of(arguments).noneMatch(INFORMING::contains);
  }

  static int run(String[] arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    if (command.stream().noneMatch(option -> option.matches("-XX:\\+Use.*GC"))) {
      command.add(COLLECTOR);
    }
    command.addAll(AS_LAUNCHED);
    command.add("--add-modules=" + VECTOR_MODULE);
    command.add("-D" + RELAUNCHED + "=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Process child = new ProcessBuilder(command).inheritIO().start();
    Thread stop = new Thread(child::destroy, "amalgam-stop-child");
    Runtime.getRuntime().addShutdownHook(stop);
    return child.waitFor();
  }
}
