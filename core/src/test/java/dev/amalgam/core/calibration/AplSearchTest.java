package dev.amalgam.core.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AplSearchTest {

  private static final Set<String> LAMBDA = Set.of("lambda");

  private static double number(Map<String, Setting.Scalar> chosen, String name) {
    return ((Setting.Number) chosen.get(name)).value();
  }

  private static String word(Map<String, Setting.Scalar> chosen, String name) {
    return ((Setting.Word) chosen.get(name)).text();
  }

  /** Returns what is lost on four tasks, which differ by themselves. */
  private static double[] tasks(double mean) {
    return new double[] {mean - 0.3, mean - 0.1, mean + 0.1, mean + 0.3};
  }

  private static AplSearch.Choice search(
      Set<String> open, int experts, boolean drops, AplSearch.Objective objective) {
    Map<String, Setting.Scalar> given =
        Map.of("select", new Setting.Word("sample"), "rescale", new Setting.Word("capped"));
    return AplSearch.search(given, open, experts, drops, objective);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.12, 0.5, 1.0, 2.0})
  void lambdaIsFollowedDownhillOnEitherSide(double best) {
    AplSearch.Choice choice =
        search(LAMBDA, 4, true, c -> tasks(Math.abs(Math.log(number(c, "lambda") / best))));
    assertEquals(Map.of("lambda", new Setting.Number(best)), choice.parameters());
    assertEquals(0, choice.loss(), 1e-9);
    assertTrue(choice.trials() < 19, "not every value is tried: " + choice.trials());
  }

  @Test
  void whatEverybodyKnowsIsKeptUnlessAnotherWayIsClearlyBetter() {
    AplSearch.Choice same = search(AplSearch.CHOOSABLE, 4, true, _ -> tasks(0.5));
    assertEquals("trim", word(same.parameters(), "select"));
    assertEquals("none", word(same.parameters(), "rescale"));
    assertTrue(Double.isInfinite(number(same.parameters(), "tau2")));
    // Better on the mean, by less than the tasks disagree.
    AplSearch.Choice noise =
        search(
            AplSearch.CHOOSABLE,
            4,
            true,
            c ->
                word(c, "select").equals("trim")
                    ? new double[] {0.5, 0.5, 0.5, 0.5}
                    : new double[] {0.1, 0.8, 0.2, 0.8});
    assertEquals("trim", word(noise.parameters(), "select"));
    AplSearch.Choice better =
        search(
            AplSearch.CHOOSABLE,
            4,
            true,
            c -> tasks(word(c, "select").equals("sample") ? 0.4 : 0.5));
    assertEquals("sample", word(better.parameters(), "select"));
  }

  @Test
  void temperatureIsLoweredUntilColderIsWorse() {
    List<Double> tried = new ArrayList<>();
    AplSearch.Choice choice =
        search(
            AplSearch.CHOOSABLE,
            4,
            false,
            c -> {
              double tau2 = number(c, "tau2");
              tried.add(tau2);
              return tasks(Double.isInfinite(tau2) ? 1 : Math.abs(tau2 - 0.5));
            });
    assertEquals(0.5, number(choice.parameters(), "tau2"));
    assertTrue(tried.contains(0.3) && !tried.contains(0.1), tried.toString());
  }

  @Test
  void oneExpertHasNoWeights() {
    AplSearch.Choice choice =
        search(
            AplSearch.CHOOSABLE,
            1,
            true,
            c -> {
              assertTrue(Double.isInfinite(number(c, "tau2")));
              return new double[] {Math.abs(number(c, "lambda") - 1.3)};
            });
    assertEquals(1.3, number(choice.parameters(), "lambda"));
  }

  @Test
  void oneExpertIsSampledAsItIsUnlessAnotherWayKeepsClearlyMore() {
    AplSearch.Choice noise =
        search(
            AplSearch.CHOOSABLE,
            1,
            true,
            c ->
                new double[] {
                  (word(c, "select").equals("sample") ? 0.11 : 0.1) - 0.005 * number(c, "lambda")
                });
    assertEquals("sample", word(noise.parameters(), "select"));
    assertEquals("inverse", word(noise.parameters(), "rescale"));
    assertEquals(1, number(noise.parameters(), "lambda"));
    AplSearch.Choice better =
        search(
            AplSearch.CHOOSABLE,
            1,
            true,
            c -> new double[] {word(c, "select").equals("importance") ? 0.1 : 0.15});
    assertEquals("importance", word(better.parameters(), "select"));
  }

  @Test
  void whatTheRecipeGivesIsLeftAlone() {
    search(
        Set.of("lambda", "tau2"),
        3,
        true,
        c -> {
          assertEquals(Set.of("lambda", "tau2"), c.keySet());
          return tasks(1);
        });
    AplSearch.Choice choice = search(Set.of("lambda", "select"), 3, true, c -> tasks(1));
    assertEquals("sample", word(choice.parameters(), "select"), "the only one that is capped");
  }

  @Test
  void aSearchThatBeginsWithABrokenModelFindsOneThatIsNot() {
    AplSearch.Choice choice =
        search(
            LAMBDA,
            4,
            true,
            c -> tasks(number(c, "lambda") > 0.1 ? Double.NaN : 5 - number(c, "lambda")));
    assertEquals(0.1, number(choice.parameters(), "lambda"));
  }
}
