package dev.amalgam.bench.fuzz;

import dev.amalgam.core.AmalgamException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs jobs on damaged files, each in a thread of its own under a time limit, and judges them. */
final class Trial {

  private static final int LONGEST_MESSAGE = 4_000;
  private static final long MOST_BYTES = 64_000_000;

  private final Corpus corpus;
  private final Path outputs;
  private final Duration limit;
  private int runs;

  /**
   * Creates a judge.
   *
   * @param outputs a folder for what jobs write
   * @param limit how long a job may take
   */
  Trial(Corpus corpus, Path outputs, Duration limit) {
    this.corpus = corpus;
    this.outputs = outputs;
    this.limit = limit;
  }

  /** Runs the job of an input. The corpus is whole again afterwards. */
  Outcome of(FuzzInput input) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(outputs.resolve(Integer.toString(runs++)));
    input.writeDamaged(corpus.folder());
    Throwable[] thrown = new Throwable[1];
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("fuzz " + input.scenario().name())
            .start(
                () -> {
                  try {
                    input.scenario().job().run(corpus.folder(), folder.resolve("out"));
                  } catch (Throwable e) {
                    thrown[0] = e;
                  }
                });
    try {
      if (!thread.join(limit)) {
        return hung(thread);
      }
      return judge(thrown[0], folder);
    } finally {
      for (String file : input.damaged().keySet()) {
        Files.write(corpus.folder().resolve(file), corpus.files().get(file));
      }
      if (!thread.isAlive()) {
        remove(folder);
      }
    }
  }

  private Outcome hung(Thread thread) {
    StringBuilder stack = new StringBuilder();
    for (StackTraceElement frame : thread.getStackTrace()) {
      stack.append(frame).append('\n');
    }
    return new Outcome.Failed("no end after " + limit.toSeconds() + " s", stack.toString());
  }

  private static Outcome judge(Throwable thrown, Path folder) throws IOException {
    if (thrown != null && !(thrown instanceof AmalgamException)) {
      return new Outcome.Failed(thrown.getClass().getName() + " " + place(thrown), trace(thrown));
    }
    Optional<String> litter = litter(folder, thrown == null);
    if (litter.isPresent()) {
      return new Outcome.Failed(litter.get(), thrown == null ? "" : trace(thrown));
    }
    if (thrown == null) {
      return new Outcome.Worked();
    }
    String message = thrown.getMessage();
    if (message == null
        || message.isBlank()
        || message.length() > LONGEST_MESSAGE
        || message.codePoints().anyMatch(Trial::disturbs)) {
      return new Outcome.Failed("a message of more than a line " + place(thrown), trace(thrown));
    }
    return new Outcome.Refused(message);
  }

  private static boolean disturbs(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }

  /** Returns what should not be in the folder of outputs, if anything. */
  private static Optional<String> litter(Path folder, boolean worked) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.filter(path -> !path.equals(folder)).toList();
    }
    long bytes = 0;
    for (Path file : files) {
      String name = folder.relativize(file).toString();
      if (file.getFileName().toString().startsWith(".")) {
        return Optional.of("a hidden file was left: " + name);
      }
      // What was gathered before something failed is used by the next merge.
      if (!worked && !name.startsWith("out.evidence")) {
        return Optional.of("left by a job that failed: " + name);
      }
      bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
    }
    return bytes > MOST_BYTES
        ? Optional.of("more than " + MOST_BYTES + " bytes were written")
        : Optional.empty();
  }

  private static String place(Throwable thrown) {
    return Stream.of(thrown.getStackTrace())
        .map(StackTraceElement::toString)
        .filter(frame -> frame.contains("dev.amalgam.") && !frame.contains(".fuzz."))
        .findFirst()
        .map(frame -> "at " + frame.substring(frame.indexOf("dev.amalgam.")))
        .orElse("");
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** Removes a folder and all in it. */
  static void remove(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
