package dev.amalgam.bench.study;

import java.util.Locale;

/** What examples are for; no example is in two of these. */
enum Split {
  /** Importance is measured on these. */
  SCORING,
  /** Settings are chosen by these. */
  VALIDATION,
  /** Figures are reported of these. */
  TEST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
