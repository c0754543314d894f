package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.merge.Parameter.Scope;
import dev.amalgam.core.recipe.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ParameterTest {

  @Test
  void aFractionRunsFromZeroToOneBothIncluded() {
    Parameter<Double> fraction = Parameter.fraction(Scope.MODEL, "density", 1, "share");
    for (double number : new double[] {0, -0.0, 1e-300, 0.5, 1}) {
      assertAccepted(fraction, number);
    }
    for (double number :
        new double[] {-1e-300, Math.nextUp(1.0), 2, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(fraction, new Setting.Number(number));
    }
    assertRefused(fraction, new Setting.Word("0.5"));
    assertEquals("a number from 0.0 to 1.0", fraction.domain().describe());
  }

  @Test
  void aNumberIsAnyFiniteOne() {
    Parameter<Double> number = Parameter.number(Scope.RECIPE, "lambda", 1, "factor");
    for (double value : new double[] {0, -3, 1e300, -Double.MAX_VALUE}) {
      assertAccepted(number, value);
    }
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertRefused(number, new Setting.Number(value));
    }
    assertEquals("a finite number", number.domain().describe());
  }

  @Test
  void aFlagIsTrueOrFalseOrTheirNumbers() {
    Parameter<Boolean> flag = Parameter.flag("normalize", false, "divide");
    assertEquals(word("true"), flag.domain().accept(new Setting.Word("true")));
    assertEquals(word("false"), flag.domain().accept(new Setting.Word("false")));
    assertEquals(word("true"), flag.domain().accept(new Setting.Number(1)));
    assertEquals(word("false"), flag.domain().accept(new Setting.Number(0)));
    for (String text : List.of("True", "yes", "", "1")) {
      assertRefused(flag, new Setting.Word(text));
    }
    assertRefused(flag, new Setting.Number(0.5));
    assertRefused(flag, new Setting.Number(Double.NaN));
    assertEquals("one of true, false", flag.domain().describe());
  }

  @Test
  void aChoiceIsOneOfItsWordsAndReadsAsWhatTheyStandFor() {
    Parameter<Integer> choice =
        Parameter.choice(
            "rescale",
            "true",
            List.of(Parameter.option("true", 1), Parameter.option("inverse", -1)),
            "rescale");
    assertEquals(word("inverse"), choice.domain().accept(new Setting.Word("inverse")));
    assertRefused(choice, new Setting.Word("false"));
    assertRefused(choice, new Setting.Number(0));
    assertEquals("one of true, inverse", choice.domain().describe());
    assertEquals(-1, choice.of(values("rescale", new Setting.Word("inverse"))));
  }

  @Test
  void theConstantsOfAnEnumAreWrittenInLowerCase() {
    Parameter<Scope> choice = Parameter.choice("scope", Scope.RECIPE, "where");
    assertEquals(word("recipe"), choice.fallback());
    assertEquals("one of model, recipe", choice.domain().describe());
    assertRefused(choice, new Setting.Word("RECIPE"));
    assertEquals(Scope.MODEL, choice.of(values("scope", new Setting.Word("model"))));
  }

  @Test
  void autoIsReadAsNoValue() {
    Parameter<OptionalDouble> number = Parameter.numberOrAuto("lambda", -2, 2, "factor");
    assertEquals(Optional.of(Parameter.AUTO), number.fallback());
    assertEquals("a number from -2.0 to 2.0, or auto", number.domain().describe());
    assertAccepted(number, -2);
    assertRefused(number, new Setting.Number(3));
    assertRefused(number, new Setting.Word("none"));
    assertEquals(OptionalDouble.empty(), number.of(values("lambda", Parameter.AUTO)));
    assertEquals(OptionalDouble.of(0.5), number.of(values("lambda", new Setting.Number(0.5))));
    Parameter<Optional<Scope>> choice = Parameter.choiceOrAuto("scope", Scope.class, "where");
    assertEquals("one of model, recipe, auto", choice.domain().describe());
    assertEquals(Optional.empty(), choice.of(values("scope", Parameter.AUTO)));
    assertEquals(Optional.of(Scope.MODEL), choice.of(values("scope", new Setting.Word("model"))));
  }

  @Test
  void aFractionCountsAsTheWholeNumberBelow() {
    Parameter<Integer> count = Parameter.count("max_iter", 1, 10, 5, "steps");
    assertAccepted(count, 2.9);
    assertRefused(count, new Setting.Number(0.9));
    assertEquals(2, count.of(values("max_iter", new Setting.Number(2.9))));
    assertEquals("a number from 1.0 to 10.0", count.domain().describe());
  }

  @Test
  void whatAMethodDoesNotListIsNoValueToRead() {
    Parameter<Double> lambda = Parameter.number(Scope.RECIPE, "lambda", 1, "factor");
    var missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> lambda.of(values("weight", new Setting.Number(1))));
    assertTrue(missing.getMessage().contains("lambda"), missing.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> lambda.of(values("lambda", new Setting.Word("auto"))));
  }

  @Test
  void defaultsLieInTheirOwnDomain() {
    for (MergeMethod method : MergeMethods.all()) {
      for (Parameter<?> parameter : method.parameters()) {
        assertEquals(
            parameter.fallback(),
            parameter.fallback().flatMap(parameter.domain()::accept),
            method.name() + " " + parameter.name());
      }
    }
  }

  private static ParameterValues values(String name, Setting.Scalar value) {
    return new ParameterValues(Map.of(name, value));
  }

  private static Optional<Setting.Scalar> word(String text) {
    return Optional.of(new Setting.Word(text));
  }

  private static void assertAccepted(Parameter<?> parameter, double number) {
    Setting.Scalar value = new Setting.Number(number);
    assertEquals(Optional.of(value), parameter.domain().accept(value));
  }

  private static void assertRefused(Parameter<?> parameter, Setting.Scalar value) {
    assertEquals(Optional.empty(), parameter.domain().accept(value), value::toString);
  }
}
