package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final long SECOND = 1_000_000_000;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now;

  @Test
  void linesTellTenthsAtMostEveryTwoSeconds() {
    try (Progress progress = new ProgressLines(err, () -> now)) {
      progress.started("merging", 100_000_000);
      advance(progress, 15_000_000, SECOND); // Too early.
      advance(progress, 10_000_000, SECOND);
      advance(progress, 4_000_000, 3 * SECOND); // The same tenth.
      advance(progress, 1_000_000, 0);
      advance(progress, 70_000_000, 5 * SECOND); // The end is told by the report.
    }
    assertEquals(
        """
        merging: 20 % of 100 MB, 12.5 MB/s, 0:06 left
        merging: 30 % of 100 MB, 6.00 MB/s, 0:12 left
        """,
        printed());
  }

  @Test
  void linesOfALaterPhaseStartAnew() {
    try (Progress progress = new ProgressLines(err, () -> now)) {
      progress.started("merging", 10);
      advance(progress, 10, SECOND);
      progress.started("finishing", 0);
      advance(progress, 0, 10 * SECOND);
      progress.started("hashing inputs", 1000);
      advance(progress, 500, 10 * SECOND);
    }
    assertEquals("hashing inputs: 50 % of 1.00 kB, 50 B/s, 0:10 left\n", printed());
  }

  @Test
  void barsEndFullAndLeaveNothingOfTheLineBefore() {
    try (Progress progress = new ProgressBars(err)) {
      progress.started("merging", 2_000_000);
      progress.advanced(1_000_000);
      progress.advanced(1_000_000);
      progress.started("finishing", 0);
    }
    List<String> lines =
        Stream.of(printed().split("[\r\n]+")).filter(line -> !line.isEmpty()).toList();
    assertTrue(
        lines.stream()
            .anyMatch(
                line ->
                    line.startsWith("merging        100 % of 2.00 MB [" + "=".repeat(22) + "] ")),
        lines.toString());
    assertTrue(lines.getLast().startsWith("finishing      0:0"), lines.toString());
    assertEquals(1, lines.stream().map(String::length).distinct().count(), lines.toString());
    assertTrue(lines.getLast().length() < 80, lines.toString());
  }

  @Test
  void quietShowsNothing() {
    try (Progress progress = Progress.to(err, true)) {
      progress.started("merging", 1);
      progress.advanced(1);
    }
    assertEquals("", printed());
  }

  private void advance(Progress progress, long done, long nanos) {
    now += nanos;
    progress.advanced(done);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
