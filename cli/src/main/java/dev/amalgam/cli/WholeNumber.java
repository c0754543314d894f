package dev.amalgam.cli;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads whole numbers.
 *
 * @param parser throws a {@link NumberFormatException} for what is none, or too large
 */
record WholeNumber<T>(Function<String, T> parser) implements ITypeConverter<T> {

  @Override
  public T convert(String text) {
    try {
      return parser.apply(text.strip());
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no whole number, or too large a one");
    }
  }
}
