package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.WEIGHT;
import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.merged;
import static dev.amalgam.core.plan.Planning.model;
import static dev.amalgam.core.plan.Planning.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpertsTest {

  private final Checkpoint base = model("base", "x");
  private final Checkpoint a = model("a", "x");
  private final Checkpoint b = model("b", "x");

  @Test
  void aBaseThatIsListedIsNoExpertOfAMethodThatMergesDeltas() {
    MergePlan plan =
        plan(
            recipe("ties")
                .model("a", Map.of("weight", 2))
                .model("base", Map.of())
                .model("b", Map.of("weight", 3)),
            base,
            a,
            base,
            b);
    assertExperts(plan, a, b);
    assertEquals(2, Planning.number(merged(plan, "x").expertParameters().get(0), "weight"));
    assertEquals(3, Planning.number(merged(plan, "x").expertParameters().get(1), "weight"));
    assertSame(base, merged(plan, "x").base().orElseThrow().checkpoint());
    assertSame(base, plan.template());
  }

  @Test
  void aBaseThatIsNotListedIsNoExpertEither() {
    assertExperts(plan(recipe("ties").model("a", WEIGHT), base, a), a);
  }

  @Test
  void otherMethodsMergeABaseThatIsListedLikeAnyModel() {
    MergePlan plan = plan(recipe("linear").model("a", WEIGHT).model("base", WEIGHT), base, a, base);
    assertExperts(plan, a, base);
    assertEquals(Optional.empty(), merged(plan, "x").base());
    assertSame(base, plan.template(), "the output takes after the base");
  }

  @Test
  void otherMethodsLeaveABaseAloneThatIsNotListed() {
    MergePlan plan = plan(recipe("linear").model("a", WEIGHT).model("b", WEIGHT), base, a, b);
    assertExperts(plan, a, b);
    assertSame(a, plan.template());
  }

  @Test
  void aModelThatIsListedTwiceStaysTwo() {
    MergePlan plan =
        plan(
            recipe("linear").model("a", Map.of("weight", 1)).model("a", Map.of("weight", 2)),
            null,
            a,
            a);
    assertExperts(plan, a, a);
    assertEquals(1, Planning.number(merged(plan, "x").expertParameters().get(0), "weight"));
    assertEquals(2, Planning.number(merged(plan, "x").expertParameters().get(1), "weight"));
    assertEquals(2, plan.mostExperts());
  }

  @Test
  void theBaseAloneIsNothingToMerge() {
    assertRefused(
        RecipeException.class,
        List.of("ties has no model to merge", "besides the base"),
        recipe("ties").model("base", WEIGHT),
        base,
        base);
  }

  @Test
  void aMethodThatNeedsABaseSaysSo() {
    assertRefused(
        RecipeException.class,
        List.of("merge_method slerp", "add base_model"),
        recipe("slerp").model("a", Map.of()).parameter("t", 0.5),
        null,
        a);
  }

  @Test
  void slerpMergesTheBaseWithOneOther() {
    RecipeBuilder both = recipe("slerp").parameter("t", 0.5);
    both.model("base", Map.of()).model("b", Map.of());
    assertExperts(plan(both, base, base, b), b);
    RecipeBuilder three = recipe("slerp").parameter("t", 0.5);
    three.model("base", Map.of()).model("a", Map.of()).model("b", Map.of());
    assertRefused(
        RecipeException.class,
        List.of("the recipe lists 2 besides the base"),
        three,
        base,
        base,
        a,
        b);
  }

  @Test
  void anUnknownMethodIsAnError() {
    assertRefused(
        RecipeException.class,
        List.of("merge_method 'tie' is not known; did you mean 'ties'?"),
        recipe("tie").model("a", WEIGHT),
        base,
        a);
  }

  private static void assertExperts(MergePlan plan, Checkpoint... expected) {
    assertEquals(
        List.of(expected),
        merged(plan, "x").experts().stream().map(TensorSource::checkpoint).toList());
  }

  private static RecipeBuilder recipe(String method) {
    return new RecipeBuilder(method);
  }
}
