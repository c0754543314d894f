package dev.amalgam.cli;

import java.util.Locale;

/** Numbers for people. */
final class Units {

  private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final String[] COUNTS = {"", " k", " M", " B", " T"};

  private Units() {}

  /** Returns a size with three significant digits in powers of 1000: {@code 2.20 GB}. */
  static String bytes(long bytes) {
    return bytes < 1000 ? bytes + " B" : scaled(bytes, BYTES, " ");
  }

  /** Returns a count with three significant digits: {@code 1.10 B}. */
  static String count(long count) {
    return count < 1000 ? Long.toString(count) : scaled(count, COUNTS, "");
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

  /** Returns {@code 1 file}, {@code 2 files}. */
  static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
