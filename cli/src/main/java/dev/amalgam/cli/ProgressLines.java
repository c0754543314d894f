package dev.amalgam.cli;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** A line for each tenth of a phase, for pipes and log files; at most one every two seconds. */
final class ProgressLines implements Progress {

  private static final long QUIET_NANOS = 2_000_000_000L;

  private final PrintStream err;
  private final LongSupplier nanoTime;
  private String phase;
  private long total;
  private Unit unit;
  private long done;
  private long started;
  private long lastShown;
  private int tenthsShown;

  /**
   * Creates the lines.
   *
   * @param nanoTime the clock
   */
  ProgressLines(PrintStream err, LongSupplier nanoTime) {
    this.err = err;
    this.nanoTime = nanoTime;
  }

  @Override
  public void started(String newPhase, long bytes) {
    started(newPhase, bytes, Unit.BYTES);
  }

  @Override
  public synchronized void started(String newPhase, long newTotal, Unit newUnit) {
    phase = newPhase;
    total = newTotal;
    unit = newUnit;
    done = 0;
    tenthsShown = 0;
    started = nanoTime.getAsLong();
    lastShown = started;
  }

  @Override
  public synchronized void advanced(long more) {
    done += more;
    int tenths = total == 0 ? 10 : (int) (10.0 * done / total);
    long now = nanoTime.getAsLong();
    if (tenths > tenthsShown && tenths < 10 && now - lastShown >= QUIET_NANOS) {
      tenthsShown = tenths;
      lastShown = now;
      err.printf(
          "%s: %d %% of %s, %s%n",
          phase, 10 * tenths, Units.amount(total, unit), Pace.of(done, total, unit, now - started));
    }
  }

  @Override
  public synchronized void warned(String message) {
    Commands.warn(err, message);
  }

  @Override
  public void close() {}
}
