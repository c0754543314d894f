package dev.amalgam.bench.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Tries jobs on damaged files for a while. Arguments: seconds (60), a seed (1), and a folder in
 * which inputs that fail are kept (bench/target/fuzz). Ends with status 1 if one did.
 */
public final class Fuzz {

  /** How long a job may take: a hundred times what it takes on a busy machine. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final Corpus corpus;
  private final Trial trial;
  private final Path kept;
  private final PrintStream out;
  private final SortedMap<String, long[]> counts = new ConcurrentSkipListMap<>();
  private final Set<String> failures = new LinkedHashSet<>();

  /** Creates a run with a scratch folder of its own; {@code kept} is for inputs that fail. */
  Fuzz(Path sources, Path scratch, Path kept, PrintStream out) throws IOException {
    this.corpus = Corpus.make(sources, scratch.resolve("corpus"));
    this.trial = new Trial(corpus, scratch.resolve("outputs"), LIMIT);
    this.kept = kept;
    this.out = out;
  }

  /** Runs. */
  public static void main(String[] arguments) throws Exception {
    long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 60;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    Path kept = Path.of(arguments.length > 2 ? arguments[2] : "bench/target/fuzz");
    Path scratch = Files.createTempDirectory("amalgam-fuzz");
    boolean failed;
    try {
      Fuzz fuzz = new Fuzz(Path.of(""), scratch, kept, System.out);
      // Printed too where the run is ended by hand.
      Runtime.getRuntime().addShutdownHook(new Thread(fuzz::print, "fuzz-counts"));
      fuzz.run(seed, Duration.ofSeconds(seconds));
      failed = !fuzz.failures().isEmpty();
    } finally {
      Trial.remove(scratch);
    }
    System.exit(failed ? 1 : 0);
  }

  /** Tries the inputs of a seed, one after the other, until the time is over. */
  void run(long seed, Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long index = 0; System.nanoTime() < end; index++) {
      FuzzInput input = FuzzInput.of(corpus, seed, index);
      Outcome outcome = trial.of(input);
      long[] count = counts.computeIfAbsent(input.scenario().jobName(), _ -> new long[3]);
      switch (outcome) {
        case Outcome.Worked() -> count[0]++;
        case Outcome.Refused(_) -> count[1]++;
        case Outcome.Failed failed -> {
          count[2]++;
          keep(input, failed, seed + "-" + index);
        }
      }
    }
  }

  private void keep(FuzzInput input, Outcome.Failed failed, String name)
      throws IOException, InterruptedException {
    if (!failures.add(failed.what())) {
      return;
    }
    out.printf("%s %s: %s%n", name, input.scenario().name(), failed.what());
    Path folder = kept.resolve(name);
    input.write(folder);
    Files.writeString(
        folder.resolveSibling(name + ".txt"), failed.what() + "\n" + failed.details());
    Shrinker.shrink(input, failed, trial).write(kept.resolve(name + "-shrunk"));
  }

  /** Returns in how many ways jobs failed, each in a few words. */
  Set<String> failures() {
    return failures;
  }

  /** Prints how many inputs there were of each job, and what came of them. */
  void print() {
    out.printf("%-14s %9s %9s %9s%n", "job", "worked", "refused", "failed");
    long[] all = new long[3];
    counts.forEach(
        (job, count) -> {
          line(job, count);
          for (int i = 0; i < all.length; i++) {
            all[i] += count[i];
          }
        });
    line("all", all);
  }

  private void line(String name, long[] count) {
    out.printf(Locale.ROOT, "%-14s %9d %9d %9d%n", name, count[0], count[1], count[2]);
  }
}
