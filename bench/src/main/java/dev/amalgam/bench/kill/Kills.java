package dev.amalgam.bench.kill;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Kills merges of the examples at random moments, most of them while they write. Half of them write
 * a new folder, half replace the result of another recipe. Afterwards the folder must be whole or
 * as it was; and after the next merge, which is not disturbed, right, with nothing beside it.
 * Between the two renames of a replacement, and only there, the folder may be absent, if what it
 * held is beside it whole.
 *
 * <p>Arguments: the number of kills (100), a seed (1), and the words of a command that takes
 * Amalgam's arguments (./amalgam). Ends with status 1 if a promise was broken.
 */
public final class Kills {

  /** Removed from a folder as soon as that has its name. */
  private static final String LOCK = ".lock";

  private static final List<String> RECIPES = List.of("ties", "task-arithmetic", "slerp");

  private final List<String> launcher;
  private final Path recipes;
  private final Path folder;
  private final PrintStream out;
  private final List<String> broken = new ArrayList<>();

  private record Case(
      KilledRun run, boolean replacing, FolderState before, FolderState whole, Path backup) {}

  private int whole;
  private int unchanged;
  private int between;
  private int ended;
  private int killedWriting;

  /**
   * Creates a run.
   *
   * @param launcher the words of a command that takes Amalgam's arguments
   * @param sources the folder of Amalgam's sources
   * @param folder an empty folder to work in
   */
  Kills(List<String> launcher, Path sources, Path folder, PrintStream out) {
    this.launcher = launcher;
    this.recipes = sources.resolve("examples/tiny-llama");
    this.folder = folder;
    this.out = out;
  }

  /** Runs. */
  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    int count = words.isEmpty() ? 100 : Integer.parseInt(words.get(0));
    long seed = words.size() > 1 ? Long.parseLong(words.get(1)) : 1;
    List<String> launcher =
        words.size() > 2 ? words.subList(2, words.size()) : List.of("./amalgam");
    Path folder = Files.createTempDirectory("amalgam-kills");
    boolean failed;
    try {
      Kills kills = new Kills(launcher, Path.of(""), folder, System.out);
      kills.run(count, seed);
      failed = !kills.broken().isEmpty();
    } finally {
      remove(folder);
    }
    System.exit(failed ? 1 : 0);
  }

  /** Kills so many merges. */
  void run(int count, long seed) throws IOException, InterruptedException {
    List<KilledRun> runs = new ArrayList<>();
    List<FolderState> states = new ArrayList<>();
    KilledRun.Times longest = new KilledRun.Times(Duration.ZERO, Duration.ZERO);
    for (String recipe : RECIPES) {
      Path output = folder.resolve("undisturbed/" + recipe);
      KilledRun run =
          new KilledRun(
              launcher, recipes.resolve(recipe + ".yml"), output, folder.resolve("log.txt"));
      run.finish(false);
      // The second run shows how long one takes; the first may have built the program.
      longest = longest.max(run.finish(true));
      runs.add(run);
      states.add(FolderState.of(output));
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      int recipe = random.nextInt(RECIPES.size());
      boolean replacing = random.nextBoolean();
      boolean writing = random.nextInt(4) > 0;
      Duration most = writing ? longest.writing() : longest.whole();
      Duration delay = Duration.ofNanos(random.nextLong(1 + most.toNanos()));
      Path parent = Files.createDirectories(folder.resolve("kill"));
      KilledRun run = runs.get(recipe).to(parent.resolve("model"));
      int older = (recipe + 1) % RECIPES.size();
      if (replacing) {
        copy(runs.get(older).output(), run.output());
      }
      kill(
          new Case(
              run,
              replacing,
              replacing ? states.get(older) : FolderState.ABSENT,
              states.get(recipe),
              parent.resolve(".model.amalgam-replaced")),
          delay,
          writing,
          "kill %d after %d ms".formatted(i, delay.toMillis()));
      remove(parent);
    }
    out.printf(
        "%d kills: %d before the end, %d once they wrote; of which %d left the old state, %d the"
            + " new, %d between two renames; %d broken promises%n",
        count, count - ended, killedWriting, unchanged, whole, between, broken.size());
  }

  private void kill(Case merge, Duration delay, boolean writing, String name)
      throws IOException, InterruptedException {
    Path output = merge.run().output();
    boolean killed = merge.run().killAfter(delay, writing, merge.replacing());
    FolderState left = FolderState.of(output);
    if (killed && writing) {
      killedWriting++;
    }
    if (!killed) {
      ended++;
    } else if (left.without(LOCK).equals(merge.whole())) {
      whole++;
    } else if (left.equals(merge.before())) {
      unchanged++;
    } else if (left.equals(FolderState.ABSENT)
        && FolderState.of(merge.backup()).equals(merge.before())) {
      between++;
    } else {
      broken(name + " left half a model: " + left.hashes().keySet());
    }
    try {
      merge.run().finish(!FolderState.of(output).equals(FolderState.ABSENT) || merge.replacing());
    } catch (IllegalStateException e) {
      broken(name + ": afterwards " + e.getMessage());
      return;
    }
    if (!FolderState.of(output).equals(merge.whole())) {
      broken(name + ": the next merge wrote something else");
    }
    try (Stream<Path> beside = Files.list(output.getParent())) {
      List<Path> others = beside.filter(path -> !path.equals(output)).toList();
      if (!others.isEmpty()) {
        broken(name + ": the next merge left " + others);
      }
    }
  }

  private void broken(String promise) {
    broken.add(promise);
    out.println(promise);
  }

  /** Returns how many merges had begun to write and were killed before their end. */
  int killedWriting() {
    return killedWriting;
  }

  /** Returns how promises were broken, a line each. */
  List<String> broken() {
    return broken;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> found = Files.walk(tree)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
