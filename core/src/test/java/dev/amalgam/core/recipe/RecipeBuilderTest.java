package dev.amalgam.core.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecipeBuilderTest {

  @Test
  void valuesBecomeSettings() {
    Setting given = new Setting.Gradient(List.of(1.0, 2.0));
    Map<String, Object> values =
        Map.of("number", 1, "word", "auto", "flag", true, "list", List.of(0, 0.5f), "given", given);
    assertEquals(
        Map.of(
            "number",
            new Setting.Number(1),
            "word",
            new Setting.Word("auto"),
            "flag",
            new Setting.Word("true"),
            "list",
            new Setting.Gradient(List.of(0.0, 0.5)),
            "given",
            given),
        new RecipeBuilder("linear").model("a", values).build().models().getFirst().parameters());
  }

  @Test
  void aFilterMayChooseAmongValues() {
    assertEquals(
        new Setting.ByName(List.of(new Setting.Case(Optional.of("mlp"), new Setting.Number(2)))),
        RecipeBuilder.where("mlp", 2));
  }

  @Test
  void whatIsNoValueIsRefused() {
    RecipeBuilder recipe = new RecipeBuilder("linear");
    assertThrows(IllegalArgumentException.class, () -> recipe.parameter("t", Map.of()));
    assertThrows(IllegalArgumentException.class, () -> recipe.parameter("t", List.of("0.5")));
  }
}
