package dev.amalgam.core.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingTest {

  private static final String ATTENTION = "model.layers.1.self_attn.q_proj.weight";
  private static final String MLP = "model.layers.1.mlp.up_proj.weight";

  @Test
  void aScalarIsTheSameEverywhere() {
    assertEquals(0.7, number(new Setting.Number(0.7), MLP, 0.3));
    assertEquals(
        Optional.of(new Setting.Word("inverse")), new Setting.Word("inverse").at(MLP, 0.3));
  }

  @Test
  void aGradientRunsThroughItsNumbersAtEqualDistances() {
    Setting gradient = gradient(0, 10, 4);
    assertEquals(0, number(gradient, MLP, 0));
    assertEquals(5, number(gradient, MLP, 0.25));
    assertEquals(10, number(gradient, MLP, 0.5));
    assertEquals(7, number(gradient, MLP, 0.75));
    assertEquals(4, number(gradient, MLP, 1));
  }

  @Test
  void aGradientOfOneNumberIsConstant() {
    assertEquals(3, number(gradient(3), MLP, 0));
    assertEquals(3, number(gradient(3), MLP, 0.4));
    assertEquals(3, number(gradient(3), MLP, 1));
  }

  @Test
  void noPlaceOfAnyDepthLiesOutsideAnyGradient() {
    for (int layers = 2; layers < 200; layers++) {
      for (int length = 1; length < 30; length++) {
        double[] rising = new double[length];
        Arrays.setAll(rising, i -> i);
        for (int layer = 0; layer < layers; layer++) {
          double position = layer / (double) (layers - 1);
          assertEquals(
              position * (length - 1), number(gradient(rising), MLP, position), 1e-12 * length);
        }
      }
    }
  }

  @Test
  void theFirstFilterThatIsPartOfTheNameHolds() {
    Setting setting =
        byName(
            byFilter("self_attn", new Setting.Number(1)),
            byFilter("layers.1", new Setting.Number(2)),
            always(new Setting.Number(3)));
    assertEquals(1, number(setting, ATTENTION, 0));
    assertEquals(2, number(setting, MLP, 0));
    assertEquals(3, number(setting, "model.norm.weight", 0));
  }

  @Test
  void filtersAreNoPatterns() {
    Setting setting = byName(byFilter("layers.1.", new Setting.Number(1)));
    assertEquals(Optional.empty(), setting.at("model.layers.11.mlp", 0));
    assertEquals(Optional.empty(), setting.at("model.layersX1.mlp", 0));
  }

  @Test
  void aNameThatNoFilterFitsHasNoValue() {
    assertEquals(
        Optional.empty(), byName(byFilter("mlp", new Setting.Number(1))).at(ATTENTION, 0.5));
    assertEquals(Optional.empty(), byName().at(ATTENTION, 0.5));
  }

  @Test
  void aCaseMayHoldAGradient() {
    Setting setting = byName(byFilter("mlp", gradient(0, 1)), always(gradient(1, 0)));
    assertEquals(0.25, number(setting, MLP, 0.25));
    assertEquals(0.75, number(setting, ATTENTION, 0.25));
  }

  private static double number(Setting setting, String tensor, double position) {
    return ((Setting.Number) setting.at(tensor, position).orElseThrow()).value();
  }

  private static Setting gradient(double... values) {
    return new Setting.Gradient(Arrays.stream(values).boxed().toList());
  }

  private static Setting byName(Setting.Case... cases) {
    return new Setting.ByName(List.of(cases));
  }

  private static Setting.Case byFilter(String filter, Setting value) {
    return new Setting.Case(Optional.of(filter), value);
  }

  private static Setting.Case always(Setting value) {
    return new Setting.Case(Optional.empty(), value);
  }
}
