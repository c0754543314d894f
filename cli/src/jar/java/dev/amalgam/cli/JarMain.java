package dev.amalgam.cli;

/**
 * Where {@code java -jar} begins. Compiled for Java 8 and in the single jar alone, it tells whoever
 * starts the jar with an older Java what is needed, where the JVM would show a stack trace.
 */
public final class JarMain {

  private static final int NEEDED = 25;

  private JarMain() {}

  /** Runs the command line. */
  public static void main(String[] arguments) throws Exception {
    String version = System.getProperty("java.specification.version");
    if (!suffices(version)) {
      System.err.println(problem(version, System.getProperty("java.home")));
      System.exit(1);
    }
    // By name: this class is compiled for a Java that cannot read the others.
    Class.forName("dev.amalgam.cli.Main")
        .getMethod("main", String[].class)
        .invoke(null, (Object) arguments);
  }

  // Up to Java 8 it is 1.8.
  static boolean suffices(String version) {
    return Double.parseDouble(version) >= NEEDED;
  }

  static String problem(String version, String home) {
    return "amalgam: JDK "
        + NEEDED
        + " is needed, and this is Java "
        + version
        + " ("
        + home
        + "); install one (for example Temurin "
        + NEEDED
        + " from https://adoptium.net) and start the jar with its java";
  }
}
