package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.run.ProgressListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class NumbersForPeopleTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1", "500MB, 500000000", "5GB, 5000000000", "5gb, 5000000000", "2GiB, 2147483648",
    "1.5 kB, 1500", "1TiB, 1099511627776", "1tb, 1000000000000", "3B, 3", "512KiB, 524288",
    "1MiB, 1048576", "9223372036854775807, 9223372036854775807"
  })
  void sizes(String text, long bytes) {
    assertEquals(bytes, new SizeOption().convert(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0GB",
        "-1",
        "5XB",
        "GB",
        "1e9",
        "1,5GB",
        "9223372036854775808",
        "9e",
        "99999999999TB",
        "५GB"
      })
  void noSizes(String text) {
    var e = assertThrows(TypeConversionException.class, () -> new SizeOption().convert(text));
    assertEquals("'" + text + "' is no size; write for example 5GB or 500MiB", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.00 kB",
    "1234, 1.23 kB",
    "9994, 9.99 kB",
    "9996, 10.0 kB",
    "99960, 100 kB",
    "999499, 999 kB",
    "999500, 1.00 MB",
    "2200000000, 2.20 GB",
    "9223372036854775807, 9.22 EB"
  })
  void bytes(long bytes, String text) {
    assertEquals(text, Units.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "999, 999", "1000, 1.00 k", "1100000000, 1.10 B", "2000000000000, 2.00 T"})
  void counts(long count, String text) {
    assertEquals(text, Units.count(count));
  }

  @ParameterizedTest
  @CsvSource({"0, 0:00", "7, 0:07", "59, 0:59", "60, 1:00", "750, 12:30", "3753, 1:02:33"})
  void clocks(long seconds, String text) {
    assertEquals(text, Units.clock(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "2700000000, 2.7 s",
    "59900000000, 59.9 s",
    "60000000000, 1 min 0 s",
    "750000000000, 12 min 30 s",
    "3753000000000, 1 h 2 min"
  })
  void durations(long nanos, String text) {
    assertEquals(text, Units.duration(nanos));
  }

  @Test
  void plurals() {
    assertEquals("0 files", Units.plural(0, "file"));
    assertEquals("1 file", Units.plural(1, "file"));
    assertEquals("2 files", Units.plural(2, "file"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|100|5000000000|''",
        "50|100|0|''",
        "1000000|4000000|2000000000|500 kB/s, 0:06 left",
        "4000000|4000000|2000000000|2.00 MB/s, 0:02",
        "1|1000000000000|1000000000|1 B/s, 277777777:46:39 left",
      })
  void paces(long done, long total, long nanos, String text) {
    assertEquals(text, Pace.of(done, total, ProgressListener.Unit.BYTES, nanos));
  }

  @Test
  void tablesAlign() {
    Table table = new Table("name", ">n");
    table.row("a", "1000");
    table.row("longer", "1");
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    table.print(writer);
    writer.flush();
    assertEquals("name       n\na       1000\nlonger     1\n", out.toString());
  }

  @Test
  void textFromFilesIsMadePlain() {
    assertEquals("a\\u{1b}[2J\\u{202e}ü", Table.plain("a\u001b[2J\u202eü"));
  }
}
