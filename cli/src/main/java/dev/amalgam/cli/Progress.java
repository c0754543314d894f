package dev.amalgam.cli;

import dev.amalgam.core.run.ProgressListener;
import java.io.PrintStream;

/** Shows how far a run is, on standard error. */
interface Progress extends ProgressListener, AutoCloseable {

  @Override
  void close();

  /**
   * Returns a bar on a terminal, lines elsewhere, or nothing.
   *
   * @param quiet whether to show nothing
   */
  static Progress to(PrintStream err, boolean quiet) {
    if (quiet) {
      return new Silence();
    }
    var console = System.console();
    return console != null && console.isTerminal()
        ? new ProgressBars(err)
        : new ProgressLines(err, System::nanoTime);
  }

  /** Shows nothing. */
  final class Silence implements Progress {
    @Override
    public void started(String phase, long bytes) {}

    @Override
    public void advanced(long bytes) {}

    @Override
    public void close() {}
  }
}
