package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DellaLimitsTest {

  @ParameterizedTest
  @CsvSource({"0.5, 0.5", "0.25, 0.25", "0.1, 0.15", "0.75, 0.25", "0.9, 0.15", "0.001, 0.999"})
  void probabilitiesThatWouldReachZeroOrOneAreRefused(double density, double epsilon) {
    for (String method : List.of("della", "della_linear")) {
      var refused =
          assertThrows(
              RecipeException.class, () -> prepare(method, density, epsilon, Shape.of(4, 8)));
      assertTrue(refused.getMessage().contains("density " + density), refused.getMessage());
      assertTrue(refused.getMessage().contains("epsilon " + epsilon), refused.getMessage());
      assertTrue(refused.getMessage().contains("choose a smaller epsilon"), refused.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.49", "0.25, 0.24", "0.8, 0", "1, 0.5", "0, 0.5"})
  void otherProbabilitiesAreAccepted(double density, double epsilon) {
    assertDoesNotThrow(() -> prepare("della", density, epsilon, Shape.of(4, 8)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"della", "della_linear"})
  void rowsStayTogether(String method) {
    assertEquals(8, prepare(method, 0.5, 0.1, Shape.of(4, 8)).unit());
    assertEquals(32, prepare(method, 0.5, 0.1, Shape.of(32)).unit());
    assertEquals(1, prepare(method, 0.5, 0.1, Shape.of()).unit());
  }

  @ParameterizedTest
  @ValueSource(strings = {"della", "della_linear"})
  void rowsTooLongForAnArrayAreRefused(String method) {
    assertThrows(
        RecipeException.class, () -> prepare(method, 0.5, 0.1, Shape.of(2, (1L << 28) + 1)));
  }

  private static TensorMerge prepare(String method, double density, double epsilon, Shape shape) {
    MergeMethod named = MergeMethods.named(method);
    return named.prepare(
        Tasks.task(
            named,
            shape,
            Map.of(),
            List.of(Map.of("weight", 1, "density", density, "epsilon", epsilon))));
  }
}
