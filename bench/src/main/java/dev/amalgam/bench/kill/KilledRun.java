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

  /** Runs the merge to its end, and returns how long it took. */
  Duration finish(boolean replacing) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = start(replacing);
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      kill(process);
      throw new IllegalStateException("a merge took more than " + LONGEST_SECONDS + " s");
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("a merge failed: " + Files.readString(log).strip());
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Kills the merge with SIGKILL after a while.
   *
   * @return whether it was still running
   */
  boolean killAfter(Duration delay, boolean replacing) throws IOException, InterruptedException {
    Process process = start(replacing);
    if (process.waitFor(delay.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    kill(process);
    return true;
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}
