package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.Setting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The values that a parameter takes: which of a recipe's settings are among them, and what these
 * are to a method.
 *
 * @param <T> what a value is to a method
 */
public sealed interface Domain<T> {

  /** Every finite number. */
  Range REAL = new Range(-Double.MAX_VALUE, Double.MAX_VALUE);

  /**
   * Returns a setting as the domain writes it (1 and 0 stand for true and false), or nothing if it
   * lies outside.
   */
  Optional<Setting.Scalar> accept(Setting.Scalar value);

  /**
   * Returns what a setting that was accepted is to a method.
   *
   * @throws IllegalArgumentException if it is of another domain
   */
  T read(Setting.Scalar accepted);

  /** Returns what the domain holds, in words: {@code a number from 0.0 to 1.0}. */
  String describe();

  /**
   * Numbers from {@code min} to {@code max}, both included.
   *
   * @param min the least value
   * @param max the greatest value
   */
  record Range(double min, double max) implements Domain<Double> {
    @Override
    public Optional<Setting.Scalar> accept(Setting.Scalar value) {
      return value instanceof Setting.Number(double number) && number >= min && number <= max
          ? Optional.of(value)
          : Optional.empty();
    }

    @Override
    public Double read(Setting.Scalar accepted) {
      if (accepted instanceof Setting.Number(double number)) {
        return number;
      }
      throw new IllegalArgumentException(accepted + " is no number");
    }

    @Override
    public String describe() {
      return equals(REAL) ? "a finite number" : "a number from " + min + " to " + max;
    }
  }

  /**
   * Whole numbers in a range; a fraction counts as the whole number below.
   *
   * @param range from the least to the greatest value, both in the range of an int
   */
  record Whole(Range range) implements Domain<Integer> {
    @Override
    public Optional<Setting.Scalar> accept(Setting.Scalar value) {
      return range.accept(value);
    }

    @Override
    public Integer read(Setting.Scalar accepted) {
      return (int) Math.floor(range.read(accepted));
    }

    @Override
    public String describe() {
      return range.describe();
    }
  }

  /**
   * Numbers in a range, or {@code auto}, which is read as no number.
   *
   * @param range the numbers
   */
  record RangeOrAuto(Range range) implements Domain<OptionalDouble> {
    @Override
    public Optional<Setting.Scalar> accept(Setting.Scalar value) {
      return value.equals(Parameter.AUTO) ? Optional.of(value) : range.accept(value);
    }

    @Override
    public OptionalDouble read(Setting.Scalar accepted) {
      return accepted.equals(Parameter.AUTO)
          ? OptionalDouble.empty()
          : OptionalDouble.of(range.read(accepted));
    }

    @Override
    public String describe() {
      return range.describe() + ", or " + Parameter.AUTO.text();
    }
  }

  /**
   * One of some words.
   *
   * @param options the words and what they stand for
   * @param <T> what they stand for
   */
  record Choice<T>(List<Option<T>> options) implements Domain<T> {

    /**
     * A word of a choice.
     *
     * @param word what a recipe writes
     * @param value what it stands for
     * @param <T> the type of that
     */
    public record Option<T>(String word, T value) {}

    /** Copies the list. */
    public Choice {
      options = List.copyOf(options);
    }

    @Override
    public Optional<Setting.Scalar> accept(Setting.Scalar value) {
      String word =
          switch (value) {
            case Setting.Word(String text) -> text;
            case Setting.Number(double number) -> number == 1 ? "true" : number == 0 ? "false" : "";
          };
      return options.stream().anyMatch(option -> option.word().equals(word))
          ? Optional.of(new Setting.Word(word))
          : Optional.empty();
    }

    @Override
    public T read(Setting.Scalar accepted) {
      for (Option<T> option : options) {
        if (accepted.equals(new Setting.Word(option.word()))) {
          return option.value();
        }
      }
      throw new IllegalArgumentException(accepted + " is not " + describe());
    }

    @Override
    public String describe() {
      return "one of " + String.join(", ", options.stream().map(Option::word).toList());
    }
  }

  /** Any text, such as the name of a file. */
  record Text() implements Domain<String> {
    @Override
    public Optional<Setting.Scalar> accept(Setting.Scalar value) {
      return value instanceof Setting.Word ? Optional.of(value) : Optional.empty();
    }

    @Override
    public String read(Setting.Scalar accepted) {
      if (accepted instanceof Setting.Word(String text)) {
        return text;
      }
      throw new IllegalArgumentException(accepted + " is no text");
    }

    @Override
    public String describe() {
      return "a text";
    }
  }
}
