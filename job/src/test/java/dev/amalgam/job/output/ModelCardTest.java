package dev.amalgam.job.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.io.recipe.RecipeFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ModelCardTest {

  @Test
  void theCardNamesMethodSeedModelsAndRecipe() {
    assertEquals(
        """
        ---
        library_name: transformers
        tags:
        - amalgam
        - merge
        ---
        # Merged model

        Merged by Amalgam 1.2.3 with the method `ties` and seed 7.

        Base model: `base`

        Experts:

        * `models/a`

        The recipe:

        ```yaml
        merge_method: ties
        ```

        `amalgam.json` holds the SHA-256 of the files that went in and came out.
        """,
        card("merge_method: ties", 7, "1.2.3", "base", "base", "models/a"));
  }

  @Test
  void namesOfAllKindsSurviveInTheFrontMatter() {
    List<String> names =
        List.of(
            "ünï 😀",
            "- a: b # c",
            "\"quoted\\",
            "line\nend---\n",
            "\u2028 \u2029 \u0085 \u007f \ufeff \u001b",
            "`x`",
            "*a",
            "null",
            "1e5");
    String card = card("x", 1, "1", names.toArray(String[]::new));
    // None of them says what a model is called on the Hub.
    assertFalse(frontMatter(card).containsKey("base_model"));
    String body = card.substring(card.indexOf("# Merged model"));
    // The first is the base.
    assertEquals(names.size() - 1, body.lines().filter(line -> line.startsWith("* `")).count());
    assertTrue(body.contains("* `?x?`\n"), body);
  }

  @Test
  void backticksInTheRecipeDoNotEndItsBlock() {
    String text = "# ```\n# `````\n# # not a heading\n";
    String card = card(text, 1, "1", "a", "b");
    assertTrue(card.contains("\n``````yaml\n" + text + "``````\n\n`amalgam.json`"), card);
  }

  @Test
  void theModelsOfStagesAreListedAndTheirResultsAreNot() {
    String card =
        ModelCard.of(
            new RecipeFile(
                Optional.empty(),
                "x",
                List.of(new RecipeFile.Stage("mixed", recipe("a", "b"))),
                recipe("mixed", "mixed", "c")),
            1,
            "1");
    assertFalse(frontMatter(card).containsKey("base_model_relation"));
    assertTrue(card.contains("`ties` and seed 1, from the results of other merges.\n"), card);
    assertTrue(card.contains("Models:\n\n* `a`\n* `b`\n* `c`\n"), card);
  }

  @Test
  void modelsOfTheHubsCacheAreListedByTheirIdsAndOthersAreNot() {
    String card =
        card(
            "x",
            1,
            "1",
            "/home/me/hub/models--org--base/snapshots/0a1b",
            "models--other--expert-7B+/adapters/models--me--lora.v2/snapshots/2",
            "models--gpt2",
            "/home/me/org/name",
            "my-models--like--this");
    assertEquals(
        List.of("org/base", "other/expert-7B", "me/lora.v2", "gpt2"),
        frontMatter(card).get("base_model"));
    assertEquals("merge", frontMatter(card).get("base_model_relation"));
  }

  private static String card(String text, long seed, String version, String... models) {
    return ModelCard.of(
        new RecipeFile(Optional.empty(), text, List.of(), recipe(models)), seed, version);
  }

  private static Map<?, ?> frontMatter(String card) {
    String yaml = card.substring(4, card.indexOf("\n---\n", 4) + 1);
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  private static Recipe recipe(String... models) {
    RecipeBuilder recipe = new RecipeBuilder("ties").base(models[0]);
    List.of(models).forEach(model -> recipe.model(model, Map.of()));
    return recipe.build();
  }
}
