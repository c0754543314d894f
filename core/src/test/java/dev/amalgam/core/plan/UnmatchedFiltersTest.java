package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.WEIGHT;
import static dev.amalgam.core.plan.Planning.model;
import static dev.amalgam.core.plan.Planning.plan;
import static dev.amalgam.core.plan.Stacks.NONE;
import static dev.amalgam.core.recipe.RecipeBuilder.source;
import static dev.amalgam.core.recipe.RecipeBuilder.where;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Checkpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnmatchedFiltersTest {

  private static final String[] TENSORS = {
    "embed", "layers.0.self_attn.q_proj.weight", "layers.0.mlp", "layers.0.LayerNorm.weight"
  };
  private static final String DECIDES_NOTHING =
      " is part of no tensor's name, so it decides nothing; ";

  private final Checkpoint base = model("base", TENSORS);
  private final Checkpoint a = model("a", TENSORS);
  private final Checkpoint b = model("b", TENSORS);
  private final Checkpoint stack = Stacks.model("a", 4);

  @Test
  void aFilterThatFitsATensorIsNotMentioned() {
    assertEquals(
        List.of(),
        notes(
            ties(Map.of("weight", 1, "density", where("attn.q", 0.5)))
                .parameter("lambda", where("layers.0", 1))));
  }

  @Test
  void aMisspeltFilterOfAModelNamesModelParameterAndWhatWasMeant() {
    assertEquals(
        List.of(
            "parameters of 'a': filter 'slef_attn' of 'density'"
                + DECIDES_NOTHING
                + "did you mean 'self_attn'?"),
        notes(ties(Map.of("weight", 1, "density", where("slef_attn", 0.5)))));
  }

  @Test
  void filtersOfTheRecipeAreLookedAtWhoeverTheyAreFor() {
    assertEquals(
        List.of(
            "parameters: filter 'mlpp' of 'density'" + DECIDES_NOTHING + "did you mean 'mlp'?",
            "parameters: filter 'embd' of 'lambda'" + DECIDES_NOTHING + "did you mean 'embed'?"),
        notes(
            ties(WEIGHT)
                .parameter("lambda", where("embd", 1))
                .parameter("density", where("mlpp", 1))));
  }

  @ParameterizedTest
  @CsvSource({
    "self_atn.q_proj, did you mean 'self_attn.q_proj'?",
    ".slef_attn., did you mean 'self_attn'?",
    "layers.1, did you mean 'layers.0'?",
    "MLP, did you mean 'mlp'?",
    "layernorm, did you mean 'LayerNorm'?",
    "experts, names are such as 'layers.0.self_attn.q_proj.weight'"
  })
  void theNearestPartOfANameIsSuggested(String filter, String advice) {
    assertEquals(
        List.of("parameters: filter '" + filter + "' of 'lambda'" + DECIDES_NOTHING + advice),
        notes(ties(WEIGHT).parameter("lambda", where(filter, 1))));
  }

  @Test
  void aPatternIsCalledOne() {
    assertEquals(
        List.of(
            "parameters: filter 'self_attn|mlp' of 'lambda'"
                + DECIDES_NOTHING
                + "a filter is a part of a name, such as 'self_attn', and no pattern; write a"
                + " choice for each part"),
        notes(ties(WEIGHT).parameter("lambda", where("self_attn|mlp", 1))));
    assertTrue(
        notes(ties(WEIGHT).parameter("lambda", where(".*", 1)))
            .getFirst()
            .endsWith(
                "a filter is a part of a name, and no pattern; write a choice for each part"));
  }

  @Test
  void aPlaceThatRepeatsAFilterIsCounted() {
    assertEquals(
        List.of(
            "slice 1: parameters of 'a' (and 2 like it): filter 'mlpp' of 'scale'"
                + DECIDES_NOTHING
                + "did you mean 'mlp'?"),
        plan(
                new RecipeBuilder("passthrough")
                    .slice(NONE, source("a", 0, 1, Map.of("scale", where("mlpp", 2))))
                    .slice(NONE, source("a", 0, 1, Map.of("scale", where("mlpp", 2))))
                    .slice(Map.of("scale", where("mlpp", 2)), source("a", 0, 1, NONE)),
                null,
                stack,
                stack,
                stack)
            .notes());
  }

  @Test
  void aFilterOfASliceMayFitWhatOtherSlicesHave() {
    Map<String, ?> shared = Map.of("scale", where("embed", 2));
    assertEquals(
        List.of(),
        plan(
                new RecipeBuilder("passthrough")
                    .slice(shared, source("a", 0, 1, NONE))
                    .slice(shared, source("a", 1, 2, NONE)),
                null,
                stack,
                stack)
            .notes());
  }

  @Test
  void inSlicesAFilterSeesTheNamesThatItIsComparedWith() {
    RecipeBuilder recipe =
        new RecipeBuilder("slerp")
            .parameter("t", where("layers.3", 1))
            .slice(Map.of("t", 0.5), source("a", 2, 4, NONE), source("b", 2, 4, NONE));
    assertEquals(
        List.of(
            "parameters: filter 'layers.3' of 't'" + DECIDES_NOTHING + "did you mean 'layers.0'?"),
        plan(recipe, stack, stack, Stacks.model("b", 4)).notes());
  }

  @Test
  void aTensorThatTheRecipeLeavesOutMayBeNamed() {
    assertEquals(
        List.of(),
        plan(
                new RecipeBuilder("linear")
                    .missing(Recipe.Missing.SKIP)
                    .model("a", Map.of("weight", 1))
                    .model("more", Map.of("weight", new Setting.ByName(cases("head", "")))),
                null,
                a,
                model("more", "embed", "head"))
            .notes());
  }

  @Test
  void moreThanTwentyAreSummedUp() {
    List<String> notes =
        notes(
            ties(WEIGHT)
                .parameter(
                    "lambda",
                    new Setting.ByName(
                        cases(
                            IntStream.range(0, 30)
                                .mapToObj(i -> "filter" + i)
                                .toArray(String[]::new)))));
    assertEquals(21, notes.size());
    assertTrue(notes.get(19).startsWith("parameters: filter 'filter19' of 'lambda'"));
    assertEquals(
        "more filters are part of no tensor's name; read the recipe once more", notes.getLast());
  }

  @Test
  void hostileNamesAndFiltersAreNoTrouble() {
    Checkpoint hostile = model("hostile", "embed", ".".repeat(1_000_000), "x".repeat(1_000_000));
    List<String> notes =
        plan(
                new RecipeBuilder("linear")
                    .model("a", WEIGHT)
                    .parameter(
                        "weight",
                        new Setting.ByName(cases("y".repeat(500_000), "embeds", "\n|", ""))),
                null,
                hostile)
            .notes();
    assertTrue(notes.getFirst().contains("yyy…' of 'weight'"), notes.getFirst());
    assertTrue(notes.get(1).endsWith("did you mean 'embed'?"), notes.get(1));
    assertTrue(notes.get(2).contains("filter '\\u{a}|'"), notes.get(2));
  }

  private static List<Setting.Case> cases(String... filters) {
    return Stream.of(filters)
        .map(filter -> new Setting.Case(Optional.of(filter), new Setting.Number(1)))
        .toList();
  }

  private List<String> notes(RecipeBuilder recipe) {
    return plan(recipe, base, a, b).notes();
  }

  private static RecipeBuilder ties(Map<String, ?> ofA) {
    return new RecipeBuilder("ties").model("a", ofA).model("b", WEIGHT);
  }
}
