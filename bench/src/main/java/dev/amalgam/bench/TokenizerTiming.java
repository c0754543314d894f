package dev.amalgam.bench;

import dev.amalgam.io.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Times a tokenizer on one thread: reading it in a process that has just started, then encoding and
 * decoding a text line by line, the first time and warmed up. No JMH: what is cold cannot be
 * measured twice in one process. Processor time stands beside the time that passed, since it does
 * not change as much with what else the machine does.
 *
 * <p>Arguments, both of which may be left out: a {@code tokenizer.json}, and a text.
 */
public final class TokenizerTiming {

  private static final int ROUNDS = 20;
  private static final Path EXAMPLE = Path.of("examples/tiny-llama");
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private TokenizerTiming() {}

  /** Prints one line for each measurement. */
  public static void main(String[] args) throws IOException {
    Path file = args.length > 0 ? Path.of(args[0]) : EXAMPLE.resolve("base/tokenizer.json");
    List<String> lines =
        (args.length > 1 ? Files.readString(Path.of(args[1])) : example()).lines().toList();
    long characters = lines.stream().mapToLong(l -> l.codePointCount(0, l.length())).sum();
    System.out.printf("text        %,d characters in %,d lines%n", characters, lines.size());
    Tokenizer[] tokenizer = new Tokenizer[1];
    time("read", 0, () -> tokenizer[0] = Tokenizer.read(file));
    System.out.printf("vocabulary  %,d tokens%n", tokenizer[0].vocabularySize());
    int[][] ids = new int[lines.size()][];
    Runnable encode =
        () -> {
          for (int i = 0; i < ids.length; i++) {
            ids[i] = tokenizer[0].encode(lines.get(i), false).ids();
          }
        };
    time("encode cold", characters, encode);
    System.out.printf("tokens      %,d%n", Stream.of(ids).mapToLong(i -> i.length).sum());
    best("encode", characters, encode);
    best(
        "decode",
        characters,
        () -> {
          for (int[] line : ids) {
            tokenizer[0].decode(line, false);
          }
        });
  }

  private static String example() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLE.resolve("data"))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.sorted().collect(Collectors.toList())) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }

  private static void time(String what, long characters, Runnable work) {
    long[] spent = spent(work);
    print(what, characters, spent[0], spent[1]);
  }

  private static void best(String what, long characters, Runnable work) {
    long passed = Long.MAX_VALUE;
    long processor = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long[] spent = spent(work);
      passed = Math.min(passed, spent[0]);
      processor = Math.min(processor, spent[1]);
    }
    print(what, characters, passed, processor);
  }

  private static long[] spent(Runnable work) {
    long processor = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    work.run();
    return new long[] {System.nanoTime() - start, THREADS.getCurrentThreadCpuTime() - processor};
  }

  private static void print(String what, long characters, long passed, long processor) {
    System.out.printf(
        Locale.ROOT,
        "%-12s%7.0f ms (processor %.0f ms)%s%n",
        what,
        passed / 1e6,
        processor / 1e6,
        characters == 0
            ? ""
            : ", %.2f (%.2f) million characters a second"
                .formatted(characters * 1e3 / passed, characters * 1e3 / processor));
  }
}
