package dev.amalgam.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes: bytes, or a number with a unit, {@code 5GB} (powers of 1000) or {@code 4GiB}. */
final class SizeOption implements ITypeConverter<Long> {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "",
          1L,
          "b",
          1L,
          "kb",
          1_000L,
          "mb",
          1_000_000L,
          "gb",
          1_000_000_000L,
          "tb",
          1_000_000_000_000L,
          "kib",
          1L << 10,
          "mib",
          1L << 20,
          "gib",
          1L << 30,
          "tib",
          1L << 40);

  @Override
  public Long convert(String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (matcher.matches()) {
      Long unit = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
      if (unit != null) {
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes.signum() > 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
          return bytes.longValue();
        }
      }
    }
    throw new TypeConversionException("'" + text + "' is no size; write for example 5GB or 500MiB");
  }
}
