package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.WEIGHT;
import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.merged;
import static dev.amalgam.core.plan.Planning.model;
import static dev.amalgam.core.plan.Planning.names;
import static dev.amalgam.core.plan.Planning.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.amalgam.core.recipe.Recipe.Missing;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingTensorsTest {

  private final Checkpoint base = model("base", "x", "y", "base.only");
  private final Checkpoint a = model("a", "x", "y", "a.only");
  private final Checkpoint b = model("b", "x", "b.only");

  @Test
  void aTensorThatAnExpertLacksIsAnErrorThatNamesBothAndTheCures() {
    assertRefused(
        CheckpointException.class,
        List.of("b: tensor 'y' is missing, but base has it", "'missing: base'", "'missing: skip'"),
        ties(Missing.ERROR),
        model("base", "x", "y"),
        model("a", "x", "y"),
        b);
  }

  @Test
  void aTensorThatTheBaseLacksIsAnError() {
    assertRefused(
        CheckpointException.class,
        List.of("base: tensor 'z' is missing, but a has it"),
        ties(Missing.ERROR),
        model("base", "x"),
        model("a", "x", "z"),
        model("b", "x", "z"));
  }

  @Test
  void namesInMessagesAreQuoted() {
    assertRefused(
        CheckpointException.class,
        List.of("tensor 'x\\u{a}y' is missing"),
        linear(Missing.ERROR),
        null,
        model("a", "x\ny"),
        model("b"));
  }

  @Test
  void withBaseTheOutputHasTheBasesTensors() {
    MergePlan plan = plan(ties(Missing.BASE), base, a, b);
    assertEquals(List.of("x", "y", "base.only"), names(plan));
    assertEquals(List.of("a.only", "b.only"), plan.leftOut());
  }

  @Test
  void withBaseAnExpertThatLacksATensorCountsAsEqualToTheBase() {
    MergePlan plan = plan(ties(Missing.BASE), base, a, b);
    assertSources(plan, "x", a, b);
    assertSources(plan, "y", a, base);
    assertSources(plan, "base.only", base, base);
    assertSame(base, merged(plan, "y").base().orElseThrow().checkpoint());
  }

  @Test
  void withoutABaseTheFirstModelTakesItsPlace() {
    MergePlan plan = plan(linear(Missing.BASE), null, a, b);
    assertEquals(List.of("x", "y", "a.only"), names(plan));
    assertEquals(List.of("b.only"), plan.leftOut());
    assertSources(plan, "y", a, a);
  }

  @Test
  void withSkipTheOutputHasTheTensorsThatAllHave() {
    MergePlan plan = plan(ties(Missing.SKIP), base, a, b);
    assertEquals(List.of("x"), names(plan));
    assertEquals(List.of("y", "base.only", "a.only", "b.only"), plan.leftOut());
    assertSources(plan, "x", a, b);
  }

  @Test
  void aBaseThatTheMethodDoesNotUseNeedNotHaveTheTensors() {
    MergePlan plan =
        plan(linear(Missing.ERROR), model("base"), model("a", "x", "y"), model("b", "y", "x"));
    assertEquals(List.of("x", "y"), names(plan), "in the order of the first model");
  }

  private static void assertSources(MergePlan plan, String tensor, Checkpoint... expected) {
    assertEquals(
        List.of(expected),
        merged(plan, tensor).experts().stream().map(TensorSource::checkpoint).toList());
  }

  private static RecipeBuilder ties(Missing missing) {
    return recipe("ties", missing);
  }

  private static RecipeBuilder linear(Missing missing) {
    return recipe("linear", missing);
  }

  private static RecipeBuilder recipe(String method, Missing missing) {
    return new RecipeBuilder(method).model("a", WEIGHT).model("b", WEIGHT).missing(missing);
  }
}
