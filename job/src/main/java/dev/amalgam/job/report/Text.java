package dev.amalgam.job.report;

import dev.amalgam.core.AmalgamException;
import java.util.List;
import java.util.Locale;

/** Numbers and foreign names as text for people. */
final class Text {

  /** What stands where there is no number. */
  static final String NOTHING = "–";

  private Text() {}

  /** Returns a name with control and format characters made visible, cut if it is very long. */
  static String visible(String name) {
    String quoted = AmalgamException.quote(name);
    return quoted.substring(1, quoted.length() - 1);
  }

  /** Returns names with control and format characters made visible. */
  static List<String> visible(List<String> names) {
    return names.stream().map(Text::visible).toList();
  }

  /**
   * Returns a sentence about tensors that are left out of a comparison; none where there are none.
   */
  static String left(int tensors) {
    return switch (tensors) {
      case 0 -> "";
      case 1 -> " One tensor of the base that not all models have in one shape is left out.";
      default ->
          " %d tensors of the base that not all models have in one shape are left out."
              .formatted(tensors);
    };
  }

  /** Returns four digits that matter. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return NOTHING;
    }
    double magnitude = Math.abs(value);
    return magnitude != 0 && (magnitude < 1e-3 || magnitude >= 1e6)
        ? String.format(Locale.ROOT, "%.3e", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  /** Returns a share in percent. */
  static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", 100 * share) : NOTHING;
  }

  /** Returns a whole number, its digits in threes. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count).replace(',', '\u202f');
  }

  /** Returns a short decimal number. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
