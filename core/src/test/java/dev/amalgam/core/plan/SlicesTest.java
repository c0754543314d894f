package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.merged;
import static dev.amalgam.core.plan.Planning.names;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.plan.Planning.tensor;
import static dev.amalgam.core.recipe.RecipeBuilder.source;
import static dev.amalgam.core.recipe.RecipeBuilder.where;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicesTest {

  private static final Map<String, ?> NONE = Map.of();

  private final Checkpoint base = model("base", 4);
  private final Checkpoint a = model("a", 4);
  private final Checkpoint b = model("b", 6);

  /** Returns a model with three tensors in each layer. */
  private static MemoryCheckpoint model(String name, int layers) {
    List<String> tensors = new ArrayList<>(List.of("embed_tokens"));
    for (int i = 0; i < layers; i++) {
      tensors.addAll(List.of("layers." + i + ".q", "layers." + i + ".k", "layers." + i + ".mlp"));
    }
    tensors.add("norm");
    return Planning.model(name, tensors.toArray(String[]::new));
  }

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
    refused(
        List.of("slice 1: its sources differ in layer_range", "list the base model too"),
        ties().slice(NONE, source("a", 2, 4, weight(1)), source("b", 1, 3, weight(1))),
        base,
        a,
        b);
    refused(
        List.of("slice 1: layer_range [4, 6] leaves the model 'base', which has 4 layers"),
        ties().slice(NONE, source("b", 4, 6, weight(1)), source("b", 4, 6, weight(1))),
        base,
        b,
        b);
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
    assertEquals(2, merged(plan, "layers.0.q").parameters().number("lambda"));
    assertEquals(1, merged(plan, "layers.1.q").parameters().number("lambda"));
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
    assertEquals(7, merged(plan, "layers.0.q").parameters().number("lambda"));
  }

  @Test
  void rangesThatLeaveTheModelAreAnError() {
    refused(
        List.of(
            "slice 2: layer_range [2, 5] leaves the model 'a', which has 4 layers; write at most"
                + " [0, 4]"),
        passthrough().slice(NONE, source("a", 0, 4, NONE)).slice(NONE, source("a", 2, 5, NONE)),
        null,
        a,
        a);
  }

  @Test
  void moreLayersThanAnyModelHasAreAnError() {
    RecipeBuilder recipe = passthrough();
    Checkpoint[] models = new Checkpoint[2001];
    for (int i = 0; i < models.length; i++) {
      recipe.slice(NONE, source("b", 0, 5, NONE));
      models[i] = b;
    }
    refused(List.of("slice 2001: makes more than 10000 layers"), recipe, null, models);
  }

  @Test
  void modelsWithoutLayersAreAnError() {
    Checkpoint flat = Planning.model("flat", "embed", "head.0.weight", "head.0.bias");
    refused(
        List.of("slice 1: flat: has no numbered layers", "list it under 'models'"),
        passthrough().slice(NONE, source("flat", 0, 1, NONE)),
        null,
        flat);
  }

  @Test
  void modelsWithSeveralStacksAreAnError() {
    Checkpoint two =
        Planning.model("two", "enc.0.a", "enc.0.b", "enc.0.c", "dec.0.a", "dec.0.b", "dec.0.c");
    refused(
        List.of("slice 1: two: has several stacks of layers ('dec.', 'enc.')"),
        passthrough().slice(NONE, source("two", 0, 1, NONE)),
        null,
        two);
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

  @Test
  void aLayerThatLacksATensorNamesItAsItsModelDoes() {
    MemoryCheckpoint odd = model("odd", 4).with("layers.2.bias", DType.F32, Shape.of(1), 1f);
    RecipeBuilder recipe =
        new RecipeBuilder("linear")
            .slice(NONE, source("odd", 2, 3, weight(1)), source("b", 5, 6, weight(1)));
    assertRefused(
        CheckpointException.class,
        List.of("slice 1: b: tensor 'layers.5.bias' is missing, but odd has it"),
        recipe,
        null,
        odd,
        b);
    assertEquals(
        List.of("layers.0.bias"),
        plan(recipe.missing(Recipe.Missing.SKIP), null, odd, b).leftOut());
  }

  @Test
  void namesThatClashAreAnError() {
    Checkpoint clash =
        Planning.model("clash", "h.0.a", "h.0.b", "h.0.c", "layers.0.q", "layers.0.x");
    assertRefused(
        CheckpointException.class,
        List.of("comes from two slices", "stack models of one architecture"),
        passthrough().slice(NONE, source("a", 0, 1, NONE)).slice(NONE, source("clash", 0, 1, NONE)),
        null,
        a,
        clash);
  }

  @Test
  void layersOfOneModelThatHoldIntegersMustBeEqualToBeMerged() {
    MemoryCheckpoint c = model("c", 2);
    c.with("layers.0.ids", DType.I64, Shape.of(1), new byte[8]);
    c.with("layers.1.ids", DType.I64, Shape.of(1), new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
    assertRefused(
        CheckpointException.class,
        List.of("slice 1: c: tensor 'layers.1.ids' (I64) differs"),
        new RecipeBuilder("linear")
            .slice(NONE, source("c", 0, 1, weight(1)), source("c", 1, 2, weight(1))),
        null,
        c,
        c);
  }

  @Test
  void misspeltParametersOfASliceAreAnError() {
    refused(
        List.of("slice 1: parameters of the slice: merge_method linear does not read 'wieght'"),
        new RecipeBuilder("linear").slice(Map.of("wieght", 1), source("a", 0, 1, NONE)),
        null,
        a);
  }

  @Test
  void aBaseThatASliceListsTwiceIsAnError() {
    refused(
        List.of("slice 1: lists the base model twice"),
        ties()
            .slice(
                NONE,
                source("base", 0, 1, NONE),
                source("base", 1, 2, NONE),
                source("a", 0, 1, weight(1))),
        base,
        base,
        base,
        a);
  }

  private static void refused(
      List<String> parts, RecipeBuilder recipe, Checkpoint base, Checkpoint... models) {
    assertRefused(RecipeException.class, parts, recipe, base, models);
  }

  private static TensorSource copied(MergePlan plan, String name) {
    return assertInstanceOf(TensorPlan.Copied.class, tensor(plan, name)).source();
  }

  private static double number(MergePlan plan, String tensor, int expert, String parameter) {
    return merged(plan, tensor).expertParameters().get(expert).number(parameter);
  }

  private static Map<String, ?> weight(double weight) {
    return Map.of("weight", weight);
  }

  private static RecipeBuilder passthrough() {
    return new RecipeBuilder("passthrough");
  }

  private static RecipeBuilder ties() {
    return new RecipeBuilder("ties").base("base");
  }
}
