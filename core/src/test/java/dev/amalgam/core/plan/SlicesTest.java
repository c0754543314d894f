package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.merged;
import static dev.amalgam.core.plan.Planning.names;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.plan.Planning.tensor;
import static dev.amalgam.core.plan.Stacks.NONE;
import static dev.amalgam.core.plan.Stacks.copied;
import static dev.amalgam.core.plan.Stacks.model;
import static dev.amalgam.core.plan.Stacks.number;
import static dev.amalgam.core.plan.Stacks.passthrough;
import static dev.amalgam.core.plan.Stacks.ties;
import static dev.amalgam.core.plan.Stacks.weight;
import static dev.amalgam.core.recipe.RecipeBuilder.source;
import static dev.amalgam.core.recipe.RecipeBuilder.where;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicesTest {

  private final Checkpoint base = model("base", 4);
  private final Checkpoint a = model("a", 4);
  private final Checkpoint b = model("b", 6);

  @Test
  void layersAreStackedInTheOrderOfTheSlices() {
    MergePlan plan =
        plan(
            passthrough()
                .slice(NONE, source("b", 4, 6, NONE))
                .slice(NONE, source("a", 0, 2, NONE))
                .slice(NONE, source("a", 1, 2, NONE)),
            null,
            b,
            a,
            a);
    assertEquals(
        List.of("b 4", "b 5", "a 0", "a 1", "a 1"),
        IntStream.range(0, 5)
            .mapToObj(i -> copied(plan, "layers." + i + ".q"))
            .map(s -> s.checkpoint().name() + " " + s.tensor().name().split("\\.")[1])
            .toList());
    assertEquals(
        List.of(
            new LayerOrigin(b, 4, 6),
            new LayerOrigin(b, 5, 6),
            new LayerOrigin(a, 0, 4),
            new LayerOrigin(a, 1, 4),
            new LayerOrigin(a, 1, 4)),
        plan.layers());
    assertEquals(2 + 5 * 3, plan.tensors().size());
    assertSame(b, plan.template());
    assertEquals(6, plan.templateLayers());
  }

  @Test
  void whatReadsTheInputIsTheFirstSlicesAndWhatMakesTheOutputTheLasts() {
    MergePlan plan =
        plan(
            passthrough().slice(NONE, source("a", 0, 1, NONE)).slice(NONE, source("b", 0, 1, NONE)),
            null,
            a,
            b);
    assertEquals("embed_tokens", names(plan).getFirst());
    assertSame(a, copied(plan, "embed_tokens").checkpoint());
    assertEquals("norm", names(plan).getLast());
    assertSame(b, copied(plan, "norm").checkpoint());
  }

  @Test
  void theSourcesOfASliceAreMerged() {
    MergePlan plan =
        plan(
            new RecipeBuilder("linear")
                .slice(NONE, source("a", 2, 4, weight(1)), source("b", 3, 5, weight(2))),
            null,
            a,
            b);
    assertEquals(
        List.of("layers.3.q", "layers.4.q"),
        merged(plan, "layers.1.q").experts().stream().map(s -> s.tensor().name()).toList());
    assertEquals(2, number(plan, "layers.1.q", 1, "weight"));
    assertEquals(2, merged(plan, "norm").experts().size());
  }

  @Test
  void theBaseOfASliceIsTheSourceThatItLists() {
    MergePlan plan =
        plan(
            ties()
                .slice(NONE, source("b", 3, 5, weight(1)), source("base", 0, 2, NONE))
                .slice(NONE, source("base", 2, 3, NONE), source("a", 1, 2, weight(1))),
            base,
            b,
            base,
            base,
            a);
    var merged = merged(plan, "layers.1.mlp");
    assertEquals("layers.1.mlp", merged.base().orElseThrow().tensor().name());
    assertEquals(List.of(new TensorSource(b, b.find("layers.4.mlp").get())), merged.experts());
    assertEquals("layers.2.mlp", merged(plan, "layers.2.mlp").base().orElseThrow().tensor().name());
    assertSame(base, plan.template());
  }

  @Test
  void aBaseThatASliceDoesNotListHasTheLayersOfTheSources() {
    MergePlan plan =
        plan(
            ties().slice(NONE, source("a", 2, 4, weight(1)), source("b", 2, 4, weight(1))),
            base,
            a,
            b);
    assertEquals("layers.3.q", merged(plan, "layers.1.q").base().orElseThrow().tensor().name());
  }

  @Test
  void aSingleSourceIsCopiedWhereTheMethodComparesWithABaseOrNeedsSeveral() {
    MergePlan plan =
        plan(
            new RecipeBuilder("slerp")
                .parameter("t", 0.5)
                .slice(NONE, source("a", 0, 1, NONE))
                .slice(NONE, source("base", 1, 2, NONE), source("a", 1, 2, NONE))
                .slice(NONE, source("base", 3, 4, NONE)),
            base,
            a,
            base,
            a,
            base);
    assertSame(a, copied(plan, "layers.0.q").checkpoint());
    assertInstanceOf(TensorPlan.Merged.class, tensor(plan, "layers.1.q"));
    assertEquals(new TensorSource(base, base.find("layers.3.q").get()), copied(plan, "layers.2.q"));
    MergePlan karcher =
        plan(
            new RecipeBuilder("karcher").dtype(DType.BF16).slice(NONE, source("a", 0, 1, NONE)),
            null,
            a);
    assertEquals(DType.BF16, tensor(karcher, "layers.0.q").output().dtype());
    assertEquals(DType.F32, copied(karcher, "layers.0.q").tensor().dtype());
    assertInstanceOf(
        TensorPlan.Merged.class,
        tensor(
            plan(new RecipeBuilder("linear").slice(NONE, source("a", 0, 1, weight(2))), null, a),
            "layers.0.q"));
  }

  @Test
  void gradientsRunOverEachSlice() {
    RecipeBuilder linear = new RecipeBuilder("linear").parameter("weight", List.of(1, 3));
    MergePlan plan =
        plan(
            linear
                .slice(NONE, source("b", 0, 3, NONE))
                .slice(NONE, source("b", 0, 1, NONE))
                .slice(NONE, source("b", 4, 6, Map.of("weight", List.of(5, 6)))),
            null,
            b,
            b,
            b);
    assertEquals(
        List.of(1.0, 2.0, 3.0, 3.0, 5.0, 6.0),
        IntStream.range(0, 6)
            .mapToObj(i -> number(plan, "layers." + i + ".mlp", 0, "weight"))
            .toList());
    assertEquals(1, number(plan, "embed_tokens", 0, "weight"));
    assertEquals(5, number(plan, "norm", 0, "weight"));
  }

  @Test
  void theSourcesSettingComesBeforeTheSlicesAndThatBeforeTheRecipes() {
    MergePlan plan =
        plan(
            ties()
                .parameter("weight", 1)
                .parameter("density", 0.1)
                .parameter("lambda", 1)
                .slice(
                    Map.of("weight", 2, "density", where("mlp", 0.2), "lambda", 2),
                    source("base", 0, 1, NONE),
                    source("a", 0, 1, Map.of("weight", 3)),
                    source("b", 0, 1, Map.of("density", where("k", 0.3))))
                .slice(NONE, source("base", 0, 1, NONE), source("a", 0, 1, NONE)),
            base,
            base,
            a,
            b,
            base,
            a);
    assertEquals(3, number(plan, "layers.0.mlp", 0, "weight"));
    assertEquals(2, number(plan, "layers.0.mlp", 1, "weight"));
    assertEquals(1, number(plan, "layers.1.mlp", 0, "weight"));
    assertEquals(0.2, number(plan, "layers.0.mlp", 1, "density"));
    assertEquals(0.3, number(plan, "layers.0.k", 1, "density"));
    assertEquals(0.1, number(plan, "layers.0.q", 1, "density"));
    assertEquals(2, Planning.number(merged(plan, "layers.0.q").parameters(), "lambda"));
    assertEquals(1, Planning.number(merged(plan, "layers.1.q").parameters(), "lambda"));
  }

  @Test
  void filtersOfSourcesSeeTheSourcesNameAndThoseOfTheRecipeTheOutputs() {
    MergePlan plan =
        plan(
            ties()
                .parameter("weight", 1)
                .parameter("lambda", where("layers.0.", 7))
                .slice(
                    NONE,
                    source("base", 0, 1, NONE),
                    source("b", 5, 6, Map.of("weight", where("layers.5.", 2)))),
            base,
            base,
            b);
    assertEquals(2, number(plan, "layers.0.q", 0, "weight"));
    assertEquals(1, number(plan, "norm", 0, "weight"));
    assertEquals(7, Planning.number(merged(plan, "layers.0.q").parameters(), "lambda"));
  }

  @Test
  void aHeadOfNumberedPartsIsNoLayer() {
    MergePlan plan =
        plan(
            passthrough().slice(NONE, source("c", 1, 2, NONE)),
            null,
            model("c", 2).with("head.0.weight", DType.F32, Shape.of(1), 1f));
    assertEquals("head.0.weight", copied(plan, "head.0.weight").tensor().name());
    assertEquals("layers.1.k", copied(plan, "layers.0.k").tensor().name());
  }
}
