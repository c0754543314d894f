package dev.amalgam.cli;

import dev.amalgam.core.run.ProgressListener;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/**
 * The line that a progress bar is: {@code merging 45 % of 1.34 GB [==== ] 166 MB/s, 0:04 left}.
 *
 * @param unit what is counted
 */
record BarLine(ProgressListener.Unit unit) implements ProgressBarRenderer {

  private static final int BAR = 22;

  @Override
  public String render(ProgressState state, int length) {
    Duration elapsed = state.getElapsedAfterStart();
    String line =
        state.isIndefinite()
            ? "%-14s %s".formatted(state.getTaskName(), Units.clock(elapsed.toSeconds()))
            : "%-14s %3d %% of %-7s [%s] %s"
                .formatted(
                    state.getTaskName(),
                    (int) (100 * state.getNormalizedProgress()),
                    Units.amount(state.getMax(), unit),
                    bar(state.getNormalizedProgress()),
                    Pace.of(state.getCurrent(), state.getMax(), unit, elapsed.toNanos()));
    // To the full length, so that nothing of a longer line before it stays on the terminal.
    return line + " ".repeat(Math.max(0, length - line.length()));
  }

  private static String bar(double done) {
    int marks = (int) (BAR * done);
    return "=".repeat(marks) + " ".repeat(BAR - marks);
  }
}
