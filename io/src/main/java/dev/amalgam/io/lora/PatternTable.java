package dev.amalgam.io.lora;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.regex.Regex;
import dev.amalgam.io.regex.RegexException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A {@code rank_pattern} or {@code alpha_pattern}: numbers for the modules whose name, or the end
 * of it behind a dot, a regular expression matches whole. The first that does counts, as in PEFT.
 */
final class PatternTable {

  private static final int MOST_PATTERNS = 20_000;

  private record Row(Regex pattern, double value) {}

  private final Path file;
  private final List<Row> rows = new ArrayList<>();

  private PatternTable(Path file) {
    this.file = file;
  }

  /**
   * Returns the table in a config.
   *
   * @param node null where the config has none
   * @throws CheckpointException if it is no object of numbers, or a pattern is malformed
   */
  static PatternTable of(Path file, String key, JsonNode node) {
    PatternTable table = new PatternTable(file);
    if (node == null || node.isNull()) {
      return table;
    }
    if (!node.isObject() || node.size() > MOST_PATTERNS) {
      throw new CheckpointException(
          "%s: %s is no object of at most %d patterns; the file is damaged"
              .formatted(quote(file.toString()), key, MOST_PATTERNS));
    }
    node.properties().forEach(entry -> table.add(key, entry.getKey(), entry.getValue()));
    return table;
  }

  private void add(String key, String pattern, JsonNode value) {
    if (!value.isNumber()) {
      throw new CheckpointException(
          "%s: %s of %s is %s, which is no number; the file is damaged"
              .formatted(quote(file.toString()), key, quote(pattern), quote(value.toString())));
    }
    try {
      rows.add(new Row(Regex.compile("\\A(?:.*\\.)?(?:" + pattern + ")\\z"), value.doubleValue()));
    } catch (RegexException e) {
      throw unusable(key + " " + quote(pattern), e);
    }
  }

  /** Returns the number for a module, if a pattern matches its name. */
  OptionalDouble find(String module) {
    for (Row row : rows) {
      try {
        if (row.pattern().search(module).next()) {
          return OptionalDouble.of(row.value());
        }
      } catch (RegexException e) {
        throw unusable(quote(row.pattern().pattern()), e);
      }
    }
    return OptionalDouble.empty();
  }

  private CheckpointException unusable(String pattern, RegexException e) {
    return new CheckpointException(
        "%s: the pattern %s cannot be used: %s; write the full names of the modules"
            .formatted(quote(file.toString()), pattern, e.getMessage()),
        e);
  }
}
