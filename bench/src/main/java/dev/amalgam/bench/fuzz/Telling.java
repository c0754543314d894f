package dev.amalgam.bench.fuzz;

import java.util.List;
import java.util.random.RandomGenerator;

/** Values at which programs that read JSON have failed before. */
final class Telling {

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "[[]]",
          "{\"\": {}}",
          "0",
          "-0.0",
          "1",
          "-1",
          "2",
          "3",
          "255",
          "65536",
          "1000000000",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967296",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "1e400",
          "1e-400",
          "1e308",
          "1E+1000000000",
          "0.5",
          "NaN",
          "Infinity",
          "\"\"",
          "\" \"",
          "\"0\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\u202e\\n\\u009b\"",
          "\"../../etc/passwd\"",
          "\"/dev/zero\"",
          "\"model.safetensors\"",
          "\"gelu\"",
          "\"a{100000}\"",
          "\"(a*)*b\"",
          "\"(?=(a|b)*c)\"",
          "\"(((((((((((((((((((((\"",
          "\"[^\\\\s\\\\p{L}]\"",
          "\"\\\\1\"");

  private static final int DEPTH = 5_000;
  private static final int LENGTH = 100_000;

  private Telling() {}

  /** Returns a value as JSON; some are no JSON in truth. */
  static String value(RandomGenerator random) {
    return switch (random.nextInt(40)) {
      case 0 -> "[".repeat(DEPTH) + "]".repeat(DEPTH);
      case 1 -> "{\"a\":".repeat(DEPTH) + "1" + "}".repeat(DEPTH);
      case 2 -> '"' + "a".repeat(LENGTH) + '"';
      case 3 -> "9".repeat(LENGTH);
      default -> VALUES.get(random.nextInt(VALUES.size()));
    };
  }
}
