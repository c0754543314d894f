package dev.amalgam.cli;

import java.io.PrintStream;

/** A line for each tenth of a phase, for pipes and log files; at most one every two seconds. */
final class ProgressLines implements Progress {

  private static final long QUIET_NANOS = 2_000_000_000L;

  private final PrintStream err;
  private String phase;
  private long total;
  private long done;
  private long started;
  private long lastShown;
  private int tenthsShown;

  ProgressLines(PrintStream err) {
    this.err = err;
  }

  @Override
  public synchronized void started(String newPhase, long bytes) {
    phase = newPhase;
    total = bytes;
    done = 0;
    tenthsShown = 0;
    started = System.nanoTime();
    lastShown = started;
  }

  @Override
  public synchronized void advanced(long bytes) {
    done += bytes;
    int tenths = total == 0 ? 10 : (int) (10.0 * done / total);
    long now = System.nanoTime();
    if (tenths > tenthsShown && tenths < 10 && now - lastShown >= QUIET_NANOS) {
      tenthsShown = tenths;
      lastShown = now;
      double seconds = (now - started) / 1e9;
      err.printf(
          "%s: %d %%, %d of %d MB, %.0f MB/s, %.0f s left%n",
          phase,
          10 * tenths,
          done / 1_000_000,
          total / 1_000_000,
          done / 1e6 / seconds,
          seconds * (total - done) / done);
    }
  }

  @Override
  public void close() {}
}
