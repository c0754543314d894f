package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.WEIGHT;
import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.merged;
import static dev.amalgam.core.plan.Planning.model;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.recipe.RecipeBuilder.where;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Checkpoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {

  private static final String[] TENSORS = {
    "embed", "layers.0.attn", "layers.0.mlp", "layers.1.attn", "layers.2.mlp"
  };

  private final Checkpoint base = model("base", TENSORS);
  private final Checkpoint a = model("a", TENSORS);
  private final Checkpoint b = model("b", TENSORS);

  @Test
  void theModelsSettingComesBeforeTheRecipesAndThatBeforeTheDefault() {
    MergePlan plan =
        planTies(ties(Map.of("weight", 1, "density", 0.2), WEIGHT).parameter("density", 0.6));
    assertEquals(0.2, number(plan, "embed", 0, "density"));
    assertEquals(0.6, number(plan, "embed", 1, "density"));
    MergePlan open = planTies(ties(WEIGHT, WEIGHT));
    assertEquals(1, number(open, "embed", 0, "density"));
    assertEquals(
        new Setting.Word("true"), merged(open, "embed").parameters().values().get("normalize"));
    MergePlan plain = planTies(ties(WEIGHT, WEIGHT).parameter("normalize", false));
    assertEquals(
        new Setting.Word("false"), merged(plain, "embed").parameters().values().get("normalize"));
  }

  @Test
  void aRequiredParameterMayBeSetForTheWholeRecipe() {
    MergePlan plan = planTies(ties(Map.of(), Map.of("weight", 3)).parameter("weight", 0.5));
    assertEquals(0.5, number(plan, "embed", 0, "weight"));
    assertEquals(3, number(plan, "embed", 1, "weight"));
  }

  @Test
  void aTensorThatNoFilterFitsFallsThroughToTheNextLevel() {
    MergePlan plan =
        planTies(
            ties(Map.of("weight", 1, "density", where("attn", 0.2)), WEIGHT)
                .parameter("density", where("layers", 0.6)));
    assertEquals(0.2, number(plan, "layers.0.attn", 0, "density"));
    assertEquals(0.6, number(plan, "layers.0.mlp", 0, "density"));
    assertEquals(1, number(plan, "embed", 0, "density"));
  }

  @Test
  void gradientsRunOverTheLayers() {
    MergePlan plan =
        planTies(
            ties(Map.of("weight", List.of(1, 3)), WEIGHT).parameter("lambda", List.of(0, 4, 1)));
    assertEquals(1, number(plan, "embed", 0, "weight"));
    assertEquals(1, number(plan, "layers.0.mlp", 0, "weight"));
    assertEquals(2, number(plan, "layers.1.attn", 0, "weight"));
    assertEquals(3, number(plan, "layers.2.mlp", 0, "weight"));
    assertEquals(4, Planning.number(merged(plan, "layers.1.attn").parameters(), "lambda"));
    assertEquals(1, Planning.number(merged(plan, "layers.2.mlp").parameters(), "lambda"));
  }

  @Test
  void aMissingRequiredParameterNamesModelTensorAndMeaning() {
    assertRefusedTies(
        ties(WEIGHT, Map.of()),
        "b, tensor 'embed': merge_method ties needs 'weight' (factor of the expert's delta)",
        "add it under 'parameters'");
    assertRefusedTies(
        ties(WEIGHT, Map.of("weight", where("layers", 1))), "b, tensor 'embed'", "'weight'");
    assertRefused(
        RecipeException.class,
        List.of("tensor 'embed': merge_method slerp needs 't'"),
        new RecipeBuilder("slerp").model("a", Map.of()),
        base,
        a);
  }

  @Test
  void aMisspeltParameterIsAnErrorThatSaysWhatWasMeant() {
    assertRefusedTies(
        ties(WEIGHT, Map.of("weight", 1, "desnity", 0.5)),
        "parameters of b: merge_method ties does not read 'desnity' here",
        "did you mean 'density'?");
    assertRefusedTies(
        ties(WEIGHT, WEIGHT).parameter("lamda", 1),
        "parameters: merge_method ties does not read 'lamda' here",
        "did you mean 'lambda'?");
  }

  @Test
  void aParameterOfTheWholeRecipeIsRefusedUnderAModel() {
    assertRefusedTies(
        ties(Map.of("weight", 1, "lambda", 1), WEIGHT),
        "parameters of a: merge_method ties does not read 'lambda' here",
        "under the top-level 'parameters'");
  }

  @Test
  void aParameterOfAnotherMethodIsCalledThat() {
    assertRefusedTies(
        ties(WEIGHT, WEIGHT).parameter("epsilon", 0.1),
        "does not read 'epsilon' here; other methods do; remove it here. It reads weight,"
            + " density,");
  }

  @Test
  void anUnknownParameterIsAnErrorThatListsTheKnown() {
    assertRefusedTies(
        ties(Map.of("weight", 1, "zzz\n", 1), WEIGHT),
        "does not read 'zzz\\u{a}' here; It reads weight, density");
    assertRefused(
        RecipeException.class,
        List.of("merge_method passthrough does not read 'zzz' here; It reads scale"),
        new RecipeBuilder("passthrough").model("a", Map.of()).parameter("zzz", 1),
        null,
        a);
  }

  @Test
  void aValueOutsideItsDomainNamesPlaceValueAndDomain() {
    assertRefusedTies(
        ties(WEIGHT, Map.of("weight", 1, "density", where("mlp", 1.5))),
        "b, tensor 'layers.0.mlp': density is 1.5; it takes a number from 0.0 to 1.0");
    assertRefusedTies(
        ties(WEIGHT, WEIGHT).parameter("lambda", "much"),
        "tensor 'embed': lambda is 'much'; it takes a finite number");
    assertRefusedTies(
        ties(WEIGHT, WEIGHT).parameter("rescale", "inverse"),
        "tensor 'embed': rescale is 'inverse'; it takes one of true, false");
  }

  @Test
  void whatAMethodRefusesIsRefusedWhilePlanningAndNamesTheTensor() {
    assertRefused(
        RecipeException.class,
        List.of("tensor 'layers.2.mlp': the weights sum to zero"),
        new RecipeBuilder("linear")
            .model("a", WEIGHT)
            .model("b", Map.of("weight", List.of(1, 0, -1))),
        null,
        a,
        b);
    assertRefused(
        RecipeException.class,
        List.of("tensor 'layers.1.attn': density 0.1 and epsilon 0.15 do not go together"),
        new RecipeBuilder("della").model("a", Map.of("weight", 1, "density", where("1.attn", 0.1))),
        base,
        a);
  }

  private MergePlan planTies(RecipeBuilder ties) {
    return plan(ties, base, a, b);
  }

  private void assertRefusedTies(RecipeBuilder ties, String... parts) {
    assertRefused(RecipeException.class, List.of(parts), ties, base, a, b);
  }

  private static double number(MergePlan plan, String tensor, int expert, String parameter) {
    return Planning.number(merged(plan, tensor).expertParameters().get(expert), parameter);
  }

  private static RecipeBuilder ties(Map<String, ?> ofA, Map<String, ?> ofB) {
    return new RecipeBuilder("ties").model("a", ofA).model("b", ofB);
  }
}
