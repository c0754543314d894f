package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.Setting;
import java.util.List;
import java.util.Optional;

/**
 * A parameter that a merge method reads.
 *
 * @param name its key in a recipe
 * @param scope where a recipe may set it
 * @param domain the values it takes
 * @param fallback its value when the recipe sets none; a required parameter has no fallback
 * @param meaning one line for people
 */
public record Parameter(
    String name, Scope scope, Domain domain, Optional<Setting.Scalar> fallback, String meaning) {

  /** Where a recipe may set a parameter. */
  public enum Scope {
    /** For each model; a recipe-wide value serves the models that set none. */
    MODEL,
    /** For the whole recipe. */
    RECIPE
  }

  /** The values that a parameter takes. */
  public sealed interface Domain {}

  /**
   * Numbers from {@code min} to {@code max}, both included.
   *
   * @param min the least value
   * @param max the greatest value
   */
  public record Range(double min, double max) implements Domain {}

  /**
   * One of some words.
   *
   * @param words the words
   */
  public record Choice(List<String> words) implements Domain {}

  /**
   * Numbers from {@code min} to {@code max}, both included, or a word.
   *
   * @param min the least value
   * @param max the greatest value
   * @param word the word
   */
  public record RangeOrWord(double min, double max, String word) implements Domain {}

  /** Any text, such as the name of a file. */
  public record Text() implements Domain {}

  private static final Range REAL = new Range(-Double.MAX_VALUE, Double.MAX_VALUE);
  private static final Choice FLAG = new Choice(List.of("true", "false"));

  static Parameter number(Scope scope, String name, double fallback, String meaning) {
    return new Parameter(name, scope, REAL, Optional.of(new Setting.Number(fallback)), meaning);
  }

  static Parameter required(Scope scope, String name, String meaning) {
    return new Parameter(name, scope, REAL, Optional.empty(), meaning);
  }

  static Parameter fraction(Scope scope, String name, double fallback, String meaning) {
    return new Parameter(
        name, scope, new Range(0, 1), Optional.of(new Setting.Number(fallback)), meaning);
  }

  /** Returns a whole number, from 1 up; a fraction counts as the whole number below. */
  static Parameter count(String name, int fallback, int most, String meaning) {
    return new Parameter(
        name, Scope.RECIPE, new Range(1, most), Optional.of(new Setting.Number(fallback)), meaning);
  }

  static Parameter flag(String name, boolean fallback, String meaning) {
    return new Parameter(
        name,
        Scope.RECIPE,
        FLAG,
        Optional.of(new Setting.Word(Boolean.toString(fallback))),
        meaning);
  }

  static Parameter choice(String name, String fallback, List<String> words, String meaning) {
    return new Parameter(
        name, Scope.RECIPE, new Choice(words), Optional.of(new Setting.Word(fallback)), meaning);
  }

  static Parameter number(
      Scope scope, String name, double min, double max, double fallback, String meaning) {
    return new Parameter(
        name, scope, new Range(min, max), Optional.of(new Setting.Number(fallback)), meaning);
  }

  static Parameter numberOrAuto(
      String name, double min, double max, Setting.Scalar fallback, String meaning) {
    return new Parameter(
        name, Scope.RECIPE, new RangeOrWord(min, max, "auto"), Optional.of(fallback), meaning);
  }

  /** Returns a parameter of each model that is a text, and empty by default. */
  static Parameter text(String name, String meaning) {
    return new Parameter(name, Scope.MODEL, new Text(), Optional.of(new Setting.Word("")), meaning);
  }

  /**
   * Returns {@code value} as this parameter takes it (1 and 0 stand for true and false), or nothing
   * if it lies outside the domain.
   */
  public Optional<Setting.Scalar> accept(Setting.Scalar value) {
    return switch (domain) {
      case Range(double min, double max) ->
          value instanceof Setting.Number(double number) && number >= min && number <= max
              ? Optional.of(value)
              : Optional.empty();
      case RangeOrWord(double min, double max, String word) ->
          switch (value) {
            case Setting.Number(double number) when number >= min && number <= max ->
                Optional.of(value);
            case Setting.Word(String text) when text.equals(word) -> Optional.of(value);
            default -> Optional.empty();
          };
      case Text() -> value instanceof Setting.Word ? Optional.of(value) : Optional.empty();
      case Choice(var words) -> {
        String word =
            switch (value) {
              case Setting.Word(String text) -> text;
              case Setting.Number(double number) ->
                  number == 1 ? "true" : number == 0 ? "false" : "";
            };
        yield words.contains(word) ? Optional.of(new Setting.Word(word)) : Optional.empty();
      }
    };
  }

  /** Returns what the parameter takes, in words: {@code a number from 0.0 to 1.0}. */
  public String describeDomain() {
    return switch (domain) {
      case Range range when range.equals(REAL) -> "a finite number";
      case Range(double min, double max) -> "a number from " + min + " to " + max;
      case RangeOrWord(double min, double max, String word) ->
          "a number from " + min + " to " + max + ", or " + word;
      case Text() -> "a text";
      case Choice(var words) -> "one of " + String.join(", ", words);
    };
  }
}
