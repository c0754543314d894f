package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeMethodsTest {

  @Test
  void everyMethodIsFoundByItsNameAlone() {
    for (MergeMethod method : MergeMethods.all()) {
      assertSame(method, MergeMethods.named(method.name()));
    }
  }

  @Test
  void anUnknownNameIsAnErrorThatSaysWhatWasMeant() {
    var misspelt = assertThrows(RecipeException.class, () -> MergeMethods.named("breadcrumb"));
    assertEquals(
        "merge_method 'breadcrumb' is not known; did you mean 'breadcrumbs'?",
        misspelt.getMessage());
    var foreign = assertThrows(RecipeException.class, () -> MergeMethods.named("a\nb"));
    assertTrue(
        foreign
            .getMessage()
            .startsWith("merge_method 'a\\u{a}b' is not known; known are: apl, linear,"),
        foreign.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "task_arithmetic, false, ",
    "ties, true, false",
    "dare_linear, false, true",
    "dare_ties, false, true",
    "della, true, true",
    "della_linear, false, true",
    "breadcrumbs, false, false",
    "breadcrumbs_ties, false, false"
  })
  void defaultsAreThoseOfMergekit(String method, String normalize, String rescale) {
    assertEquals(word(normalize), fallback(method, "normalize"));
    assertEquals(word(rescale), fallback(method, "rescale"));
    assertEquals(Optional.of(new Setting.Number(1)), fallback(method, "lambda"));
    assertEquals(Optional.empty(), fallback(method, "weight"));
    assertSame(MergeMethod.BaseUse.REQUIRED, MergeMethods.named(method).baseUse());
  }

  @Test
  void densitiesDefaultToOneAndTheOthersToMergekitsNumbers() {
    assertEquals(Optional.of(new Setting.Number(1)), fallback("ties", "density"));
    assertEquals(Optional.of(new Setting.Number(0.15)), fallback("della", "epsilon"));
    assertEquals(Optional.of(new Setting.Number(0.01)), fallback("breadcrumbs", "gamma"));
    assertEquals(word("true"), fallback("linear", "normalize"));
  }

  @ParameterizedTest
  @CsvSource({
    "dare_linear, 0, true",
    "dare_ties, 0.5, true",
    "dare_ties, 1, false",
    "della, 0, false",
    "della_linear, 0.5, true",
    "della, 1, false",
    "ties, 0.5, false",
    "breadcrumbs, 0.5, false"
  })
  void drawsAreConsumedWhereMergekitConsumesThem(String method, double density, boolean draws) {
    var expert =
        new ParameterValues(
            Map.of("density", new Setting.Number(density), "weight", new Setting.Number(1)));
    assertEquals(draws, MergeMethods.named(method).drawsAtRandom(expert));
  }

  @Test
  void aMethodWithoutAnExpertIsAnError() {
    for (MergeMethod method : MergeMethods.all()) {
      assertThrows(RecipeException.class, () -> method.checkExperts(0), method.name());
    }
  }

  @Test
  void passthroughCopiesOneModelOnly() {
    MergeMethod passthrough = MergeMethods.named("passthrough");
    var refused = assertThrows(RecipeException.class, () -> passthrough.checkExperts(2));
    assertTrue(refused.getMessage().contains("lists 2"), refused.getMessage());
    assertTrue(passthrough.copiesSingleInput(scale(1)));
    assertFalse(passthrough.copiesSingleInput(scale(0.5)));
  }

  @Test
  void passthroughMultipliesByItsScale() {
    MergeMethod passthrough = MergeMethods.named("passthrough");
    for (double scale : new double[] {-0.5, 0, 1}) {
      var task = Tasks.task(passthrough, Shape.of(3), Map.of(), List.of(Map.of("scale", scale)));
      float[] model = {1, -2, 5};
      float[] expected = {(float) scale, (float) (-2 * scale), (float) (5 * scale)};
      float[] merged = InBlocks.merge(passthrough.prepare(task), 2, new float[3], model);
      assertArrayEquals(Tasks.unsignedZeros(expected), Tasks.unsignedZeros(merged));
    }
  }

  private static ParameterValues scale(double scale) {
    return new ParameterValues(Map.of("scale", new Setting.Number(scale)));
  }

  private static Optional<Setting.Scalar> word(String text) {
    return Optional.ofNullable(text).map(Setting.Word::new);
  }

  private static Optional<Setting.Scalar> fallback(String method, String parameter) {
    return MergeMethods.named(method).parameters().stream()
        .filter(p -> p.name().equals(parameter))
        .findFirst()
        .flatMap(Parameter::fallback);
  }
}
