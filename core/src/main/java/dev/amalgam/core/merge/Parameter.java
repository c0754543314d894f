package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A parameter that a merge method reads. A method declares each as a constant, lists them all in
 * {@link MergeMethod#parameters}, and reads the resolved and checked value from the constant:
 *
 * <pre>{@code
 * static final Parameter<Double> LAMBDA =
 *     Parameter.number(Parameter.Scope.RECIPE, "lambda", 1, "factor of the merged delta");
 * …
 * double lambda = LAMBDA.of(task);
 * }</pre>
 *
 * @param name its key in a recipe
 * @param scope where a recipe may set it
 * @param domain the values it takes
 * @param fallback its value when the recipe sets none; a required parameter has no fallback
 * @param meaning one line for people
 * @param <T> what a value is to a method
 */
public record Parameter<T>(
    String name, Scope scope, Domain<T> domain, Optional<Setting.Scalar> fallback, String meaning) {

  /** The setting of what is to be chosen by examples. */
  public static final Setting.Word AUTO = new Setting.Word("auto");

  /** Where a recipe may set a parameter. */
  public enum Scope {
    /** For each model; a recipe-wide value serves the models that set none. */
    MODEL,
    /** For the whole recipe. */
    RECIPE
  }

  /** Returns a parameter that is any finite number. */
  public static Parameter<Double> number(
      Scope scope, String name, double fallback, String meaning) {
    return ofNumber(scope, name, Domain.REAL, fallback, meaning);
  }

  /** Returns a parameter that is a number from {@code min} to {@code max}, both included. */
  public static Parameter<Double> number(
      Scope scope, String name, double min, double max, double fallback, String meaning) {
    return ofNumber(scope, name, new Domain.Range(min, max), fallback, meaning);
  }

  /** Returns a parameter that is any finite number, and has no default. */
  public static Parameter<Double> required(Scope scope, String name, String meaning) {
    return new Parameter<>(name, scope, Domain.REAL, Optional.empty(), meaning);
  }

  /** Returns a parameter that is a number from 0 to 1, both included. */
  public static Parameter<Double> fraction(
      Scope scope, String name, double fallback, String meaning) {
    return number(scope, name, 0, 1, fallback, meaning);
  }

  /**
   * Returns a parameter of the recipe that is a whole number from {@code least} to {@code most}; a
   * fraction counts as the whole number below.
   */
  public static Parameter<Integer> count(
      String name, int least, int most, int fallback, String meaning) {
    Domain.Whole whole = new Domain.Whole(new Domain.Range(least, most));
    return ofNumber(Scope.RECIPE, name, whole, fallback, meaning);
  }

  /** Returns a parameter of the recipe that is a number or, by default, {@code auto}. */
  public static Parameter<OptionalDouble> numberOrAuto(
      String name, double min, double max, String meaning) {
    Domain.RangeOrAuto domain = new Domain.RangeOrAuto(new Domain.Range(min, max));
    return new Parameter<>(name, Scope.RECIPE, domain, Optional.of(AUTO), meaning);
  }

  /** Returns a parameter of the recipe that is {@code true} or {@code false}. */
  public static Parameter<Boolean> flag(String name, boolean fallback, String meaning) {
    return choice(
        name,
        Boolean.toString(fallback),
        List.of(option("true", true), option("false", false)),
        meaning);
  }

  /**
   * Returns a parameter of the recipe that is one of some words.
   *
   * @param fallback the word that is the default
   * @param options the words, and what they stand for
   */
  public static <T> Parameter<T> choice(
      String name, String fallback, List<Domain.Choice.Option<T>> options, String meaning) {
    return new Parameter<>(
        name,
        Scope.RECIPE,
        new Domain.Choice<>(options),
        Optional.of(new Setting.Word(fallback)),
        meaning);
  }

  /**
   * Returns a parameter of the recipe that is one of the constants of an enum, written in lower
   * case.
   */
  public static <E extends Enum<E>> Parameter<E> choice(String name, E fallback, String meaning) {
    List<Domain.Choice.Option<E>> options =
        Arrays.stream(fallback.getDeclaringClass().getEnumConstants())
            .map(constant -> option(word(constant), constant))
            .toList();
    return choice(name, word(fallback), options, meaning);
  }

  /**
   * Returns a parameter of the recipe that is one of the constants of an enum, written in lower
   * case, or, by default, {@code auto}, which is read as none of them.
   */
  public static <E extends Enum<E>> Parameter<Optional<E>> choiceOrAuto(
      String name, Class<E> constants, String meaning) {
    List<Domain.Choice.Option<Optional<E>>> options = new ArrayList<>();
    for (E constant : constants.getEnumConstants()) {
      options.add(option(word(constant), Optional.of(constant)));
    }
    options.add(option(AUTO.text(), Optional.empty()));
    return choice(name, AUTO.text(), options, meaning);
  }

  /** Returns a word of a choice and what it stands for. */
  public static <T> Domain.Choice.Option<T> option(String word, T value) {
    return new Domain.Choice.Option<>(word, value);
  }

  /** Returns a parameter of each model that is a text, and empty by default. */
  public static Parameter<String> text(String name, String meaning) {
    return new Parameter<>(
        name, Scope.MODEL, new Domain.Text(), Optional.of(new Setting.Word("")), meaning);
  }

  private static <T> Parameter<T> ofNumber(
      Scope scope, String name, Domain<T> domain, double fallback, String meaning) {
    return new Parameter<>(name, scope, domain, Optional.of(new Setting.Number(fallback)), meaning);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the value among those of a tensor, or of one expert's tensor.
   *
   * @throws IllegalArgumentException if the method does not list this parameter
   */
  public T of(ParameterValues values) {
    Setting.Scalar value = values.values().get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "there is no value of " + name + "; a method reads only what it lists in parameters()");
    }
    return domain.read(value);
  }

  /** Returns the value of a parameter of the recipe for the tensor of a task. */
  public T of(MergeTask task) {
    return of(task.parameters());
  }

  /**
   * Returns the value of a parameter of a model for the tensor of a task.
   *
   * @param expert the expert's number in the recipe, from 0
   */
  public T of(MergeTask task, int expert) {
    return of(task.experts().get(expert));
  }
}
