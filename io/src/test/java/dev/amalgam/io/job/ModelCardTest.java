package dev.amalgam.io.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
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
        base_model:
        - "base"
        - "models/a"
        library_name: transformers
        tags:
        - amalgam
        - merge
        ---
        # Merged model

        Merged by Amalgam 1.2.3 with the method `ties` and seed 7.

        Base model: `base`

        Models:

        * `base`
        * `models/a`

        The recipe:

        ```yaml
        merge_method: ties
        ```

        `amalgam.json` holds the SHA-256 of the files that went in and came out.
        """,
        ModelCard.of(recipe("base", "base", "models/a"), "merge_method: ties", 7, "1.2.3"));
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
    String card = ModelCard.of(recipe(names.toArray(String[]::new)), "x", 1, "1");
    assertEquals(names, frontMatter(card).get("base_model"));
    String body = card.substring(card.indexOf("# Merged model"));
    assertEquals(names.size(), body.lines().filter(line -> line.startsWith("* `")).count());
    assertTrue(body.contains("* `?x?`\n"), body);
  }

  @Test
  void backticksInTheRecipeDoNotEndItsBlock() {
    String text = "# ```\n# `````\n# # not a heading\n";
    String card = ModelCard.of(recipe("a", "b"), text, 1, "1");
    assertTrue(card.contains("\n``````yaml\n" + text + "``````\n\n`amalgam.json`"), card);
  }

  private static Map<?, ?> frontMatter(String card) {
    String yaml = card.substring(4, card.indexOf("\n---\n", 4) + 1);
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  private static Recipe recipe(String... models) {
    return new Recipe(
        "ties",
        Optional.of(models[0]),
        List.of(models).stream().map(model -> new ModelEntry(model, Map.of())).toList(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Recipe.RandomMasks.COUNTER,
        Recipe.Missing.ERROR,
        Optional.empty());
  }
}
