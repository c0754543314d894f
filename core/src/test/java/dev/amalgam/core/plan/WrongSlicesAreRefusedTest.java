package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.plan.Stacks.NONE;
import static dev.amalgam.core.plan.Stacks.model;
import static dev.amalgam.core.plan.Stacks.passthrough;
import static dev.amalgam.core.plan.Stacks.ties;
import static dev.amalgam.core.plan.Stacks.weight;
import static dev.amalgam.core.recipe.RecipeBuilder.source;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WrongSlicesAreRefusedTest {

  private final Checkpoint base = model("base", 4);
  private final Checkpoint a = model("a", 4);
  private final Checkpoint b = model("b", 6);

  @Test
  void aBaseThatASliceDoesNotListMustHaveTheLayersOfTheSources() {
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
  void rangesThatLeaveTheModelAreAnError() {
    refused(
        List.of(
            "slice 2: layer_range [2, 5] leaves the model 'a', which has 4 layers; the nearest that"
                + " it has is [2, 4]"),
        passthrough().slice(NONE, source("a", 0, 4, NONE)).slice(NONE, source("a", 2, 5, NONE)),
        null,
        a,
        a);
    Map.of(
            List.of(3, 1_000_000_000), "[3, 4]",
            List.of(4, 6), "[2, 4]",
            List.of(7, 12), "[0, 4]")
        .forEach(
            (range, nearest) ->
                refused(
                    List.of(
                        "the model 'a', which has 4 layers; the nearest that it has is " + nearest),
                    passthrough().slice(NONE, source("a", range.getFirst(), range.getLast(), NONE)),
                    null,
                    a));
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
}
