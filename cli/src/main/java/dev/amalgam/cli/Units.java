package dev.amalgam.cli;

import dev.amalgam.core.run.ProgressListener;
import java.util.Locale;

/** Numbers for people. */
final class Units {

  private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};
  private static final String[] COUNTS = {"", " k", " M", " B", " T"};

  private Units() {}

  /** Returns a size with three significant digits in powers of 1000: {@code 2.20 GB}. */
  static String bytes(long bytes) {
    return bytes < 1000 ? bytes + " B" : scaled(bytes, BYTES, " ");
  }

  /** Returns how much of what a phase counts: {@code 2.20 GB}, {@code 1.10 k tokens}. */
  static String amount(long count, ProgressListener.Unit unit) {
    return switch (unit) {
      case BYTES -> bytes(count);
      case TOKENS -> count(count) + " tokens";
    };
  }

  /** Returns a count with three significant digits: {@code 1.10 B}. */
  static String count(long count) {
    return count < 1000 ? Long.toString(count) : scaled(count, COUNTS, "");
  }

  /** Returns a number with three significant digits and an SI prefix: {@code 61.0 G}. */
  static String metric(double value) {
    return scaled(value, PREFIXES, " ");
  }

  private static String scaled(double value, String[] units, String separator) {
    int unit = 0;
    double rest = value;
    while (rest >= 999.5 && unit < units.length - 1) {
      rest /= 1000;
      unit++;
    }
    int decimals = rest < 9.995 ? 2 : rest < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f", rest) + separator + units[unit];
  }

  /** Returns a time as a clock shows it: {@code 0:07}, {@code 12:30}, {@code 1:02:33}. */
  static String clock(long seconds) {
    long hours = seconds / 3600;
    long minutes = seconds / 60 % 60;
    return hours > 0
        ? "%d:%02d:%02d".formatted(hours, minutes, seconds % 60)
        : "%d:%02d".formatted(minutes, seconds % 60);
  }

  /** Returns a time in words: {@code 2.7 s}, {@code 12 min 30 s}, {@code 1 h 2 min}. */
  static String duration(long nanos) {
    long seconds = nanos / 1_000_000_000;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  /** Returns {@code 1 file}, {@code 2 files}. */
  static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
