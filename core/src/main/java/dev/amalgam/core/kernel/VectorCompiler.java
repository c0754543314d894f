package dev.amalgam.core.kernel;

import java.util.function.UnaryOperator;

/**
 * Whether this virtual machine makes vector instructions of the Vector API. HotSpot's optimizing
 * compiler, C2, does so; the interpreter, the quick compiler C1 and the compilers that plug in by
 * JVMCI run each operation as a call on objects, which is hundreds of times slower than a plain
 * loop.
 */
final class VectorCompiler {

  private VectorCompiler() {}

  /** Returns whether this process has it. */
  static boolean isPresent() {
    return isPresent(key -> System.getProperty(key, ""));
  }

  // These properties are there from the start; the management beans, which know each flag, cost a
  // start 40 ms.
  static boolean isPresent(UnaryOperator<String> property) {
    String mode = property.apply("java.vm.info");
    boolean compiles = !mode.contains("interpreted") && !mode.contains("emulated-client");
    boolean pluggedIn = property.apply("java.vm.version").contains("jvmci");
    String compilers = property.apply("sun.management.compiler");
    boolean hotSpot = compilers.startsWith("HotSpot") && !compilers.contains("Client");
    return hotSpot && compiles && !pluggedIn;
  }
}
