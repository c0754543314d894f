package dev.amalgam.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A bar with rate and time left for each phase, for terminals. */
final class ProgressBars implements Progress {

  private static final int WIDTH = 79;
  private static final int REFRESH_MILLIS = 200;

  private final PrintStream err;
  private final List<String> warnings = new ArrayList<>();
  private ProgressBar bar;

  ProgressBars(PrintStream err) {
    this.err = err;
  }

  @Override
  public void started(String phase, long bytes) {
    started(phase, bytes, Unit.BYTES);
  }

  @Override
  public synchronized void started(String phase, long total, Unit unit) {
    close();
    bar =
        new ProgressBarBuilder()
            .setTaskName(phase)
            // The library's word for "nobody knows how many" is −1.
            .setInitialMax(total == 0 ? -1 : total)
            .setRenderer(new BarLine(unit))
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            // A consumer of a known width: the library's default one looks the terminal up
            // natively.
            .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
            .build();
  }

  @Override
  public synchronized void advanced(long more) {
    if (bar != null) {
      bar.stepBy(more);
    }
  }

  /** Keeps the message until the bar is done, which would be drawn over it. */
  @Override
  public synchronized void warned(String message) {
    warnings.add(message);
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    warnings.forEach(message -> Commands.warn(err, message));
    warnings.clear();
  }
}
