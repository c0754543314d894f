package dev.amalgam.bench.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A merge in a process of its own.
 *
 * @param launcher the words of a command that takes Amalgam's arguments
 * @param recipe what is merged
 * @param output the folder that is written
 * @param log a file for what the process prints
 */
record KilledRun(List<String> launcher, Path recipe, Path output, Path log) {

  private static final long LONGEST_SECONDS = 300;

  /** Returns the same merge into another folder. */
  KilledRun to(Path other) {
    return new KilledRun(launcher, recipe, other, log);
  }

  /** Starts the merge. */
  Process start(boolean replacing) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of("merge", recipe.toString(), output.toString(), "--quiet"));
    if (replacing) {
      command.add("--force");
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /**
   * How long a merge takes.
   *
   * @param whole from the start of the process to its end
   * @param writing of that, from the moment at which it begins to write
   */
  record Times(Duration whole, Duration writing) {

    Times max(Times other) {
      return new Times(longer(whole, other.whole), longer(writing, other.writing));
    }

    private static Duration longer(Duration a, Duration b) {
      return a.compareTo(b) > 0 ? a : b;
    }
  }

  /** Runs the merge to its end. */
  Times finish(boolean replacing) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = start(replacing);
    awaitWriting(process);
    long writing = System.nanoTime();
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      kill(process);
      throw new IllegalStateException("a merge took more than " + LONGEST_SECONDS + " s");
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("a merge failed: " + Files.readString(log).strip());
    }
    long end = System.nanoTime();
    return new Times(Duration.ofNanos(end - start), Duration.ofNanos(end - writing));
  }

  /**
   * Kills the merge with SIGKILL after a while.
   *
   * @param writing whether the delay counts from when it begins to write, not from its start
   * @return whether it was still running
   */
  boolean killAfter(Duration delay, boolean writing, boolean replacing)
      throws IOException, InterruptedException {
    Process process = start(replacing);
    if (writing) {
      awaitWriting(process);
    }
    if (process.waitFor(delay.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    kill(process);
    return true;
  }

  private void awaitWriting(Process process) throws InterruptedException {
    Path hidden = output.resolveSibling("." + output.getFileName() + ".amalgam-partial");
    while (!Files.exists(hidden) && !process.waitFor(1, TimeUnit.MILLISECONDS)) {}
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}
