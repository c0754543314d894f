package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.merge.Parameter.Scope;
import dev.amalgam.core.recipe.Setting;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParameterTest {

  @Test
  void aFractionRunsFromZeroToOneBothIncluded() {
    Parameter fraction = Parameter.fraction(Scope.MODEL, "density", 1, "share");
    for (double number : new double[] {0, -0.0, 1e-300, 0.5, 1}) {
      assertAccepted(fraction, number);
    }
    for (double number :
        new double[] {-1e-300, Math.nextUp(1.0), 2, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(fraction, new Setting.Number(number));
    }
    assertRefused(fraction, new Setting.Word("0.5"));
    assertEquals("a number from 0.0 to 1.0", fraction.describeDomain());
  }

  @Test
  void aNumberIsAnyFiniteOne() {
    Parameter number = Parameter.number(Scope.RECIPE, "lambda", 1, "factor");
    for (double value : new double[] {0, -3, 1e300, -Double.MAX_VALUE}) {
      assertAccepted(number, value);
    }
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertRefused(number, new Setting.Number(value));
    }
    assertEquals("a finite number", number.describeDomain());
  }

  @Test
  void aFlagIsTrueOrFalseOrTheirNumbers() {
    Parameter flag = Parameter.flag("normalize", false, "divide");
    assertEquals(word("true"), flag.accept(new Setting.Word("true")));
    assertEquals(word("false"), flag.accept(new Setting.Word("false")));
    assertEquals(word("true"), flag.accept(new Setting.Number(1)));
    assertEquals(word("false"), flag.accept(new Setting.Number(0)));
    for (String text : List.of("True", "yes", "", "1")) {
      assertRefused(flag, new Setting.Word(text));
    }
    assertRefused(flag, new Setting.Number(0.5));
    assertRefused(flag, new Setting.Number(Double.NaN));
    assertEquals("one of true, false", flag.describeDomain());
  }

  @Test
  void aChoiceIsOneOfItsWords() {
    Parameter choice = Parameter.choice("rescale", "true", List.of("true", "inverse"), "rescale");
    assertEquals(word("inverse"), choice.accept(new Setting.Word("inverse")));
    assertRefused(choice, new Setting.Word("false"));
    assertRefused(choice, new Setting.Number(0));
    assertEquals("one of true, inverse", choice.describeDomain());
  }

  @Test
  void defaultsLieInTheirOwnDomain() {
    for (MergeMethod method : MergeMethods.all()) {
      for (Parameter parameter : method.parameters()) {
        assertEquals(
            parameter.fallback(),
            parameter.fallback().flatMap(parameter::accept),
            method.name() + " " + parameter.name());
      }
    }
  }

  private static Optional<Setting.Scalar> word(String text) {
    return Optional.of(new Setting.Word(text));
  }

  private static void assertAccepted(Parameter parameter, double number) {
    Setting.Scalar value = new Setting.Number(number);
    assertEquals(Optional.of(value), parameter.accept(value));
  }

  private static void assertRefused(Parameter parameter, Setting.Scalar value) {
    assertEquals(Optional.empty(), parameter.accept(value), value::toString);
  }
}
