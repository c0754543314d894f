package dev.amalgam.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads one of an enum's constants, written in lower case with hyphens. */
final class EnumWord<E extends Enum<E>> implements ITypeConverter<E> {

  private final E[] values;

  EnumWord(Class<E> type) {
    this.values = type.getEnumConstants();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public E convert(String text) {
    return Arrays.stream(values)
        .filter(value -> word(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            text,
                            Arrays.stream(values)
                                .map(EnumWord::word)
                                .collect(Collectors.joining(", ")))));
  }
}
