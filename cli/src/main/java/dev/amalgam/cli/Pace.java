package dev.amalgam.cli;

import dev.amalgam.core.run.ProgressListener;

/** How fast a phase of a run is, and how long it will take or took. */
final class Pace {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private Pace() {}

  /** Returns {@code 166 MB/s, 0:04 left}, or at the end {@code 166 MB/s, 0:08}. */
  static String of(long done, long total, ProgressListener.Unit unit, long nanos) {
    if (done == 0 || nanos == 0) {
      return "";
    }
    double seconds = (double) nanos / NANOS_PER_SECOND;
    String rate = Units.amount((long) (done / seconds), unit) + "/s, ";
    return done < total
        ? rate + Units.clock((long) Math.ceil(seconds * (total - done) / done)) + " left"
        : rate + Units.clock((long) seconds);
  }
}
