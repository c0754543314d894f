import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs google-java-format over every Java source of the project. Arguments: the project's root,
 * then the formatter's own options ({@code --replace}, or {@code --dry-run --set-exit-if-changed}).
 */
public final class Format {

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    List<String> arguments = new ArrayList<>(List.of(args).subList(1, args.length));
    try (var files = Files.walk(root)) {
      files
          .filter(f -> f.toString().endsWith(".java") && !isBuildOutput(root.relativize(f)))
          .sorted()
          .forEach(f -> arguments.add(f.toString()));
    }
    int changed = format(arguments);
    if (changed != 0) {
      System.err.println("Sources above are not formatted. Cure: ./mvnw -q -N -Pformat validate");
    }
    System.exit(changed);
  }

  private static boolean isBuildOutput(Path relative) {
    for (Path part : relative) {
      if (part.toString().equals("target")) {
        return true;
      }
    }
    return false;
  }

  private static int format(List<String> arguments)
      throws IOException, ReflectiveOperationException {
    var main = Class.forName("com.google.googlejavaformat.java.Main");
    try (var out = new PrintWriter(System.out);
        var err = new PrintWriter(System.err)) {
      var formatter =
          main.getConstructor(PrintWriter.class, PrintWriter.class, java.io.InputStream.class)
              .newInstance(out, err, System.in);
      return (int)
          main.getMethod("format", String[].class)
              .invoke(formatter, (Object) arguments.toArray(new String[0]));
    }
  }
}
