package dev.amalgam.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * What a command did.
 *
 * @param exitCode its exit code
 * @param out what it printed to standard output
 * @param err what it printed to standard error, the progress last
 */
record Cli(int exitCode, String out, String err) {

  /** Runs the command line in this process. */
  static Cli run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    PrintStream realErr = System.err;
    System.setErr(new PrintStream(progress, true, StandardCharsets.UTF_8));
    try {
      int exitCode =
          Main.run(
              Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)),
              Stream.of(arguments).map(Object::toString).toArray(String[]::new));
      return new Cli(
          exitCode, out.toString(), err.toString() + progress.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(realErr);
    }
  }
}
