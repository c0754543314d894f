package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.recipe.RecipeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesWithoutAFileTest {

  @TempDir Path folder;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(folder);
  }

  private Path merged(RecipeFile recipe, String name) {
    Path out = folder.resolve(name);
    try (MergeJob job = MergeJob.prepare(recipe, out, MergeFixture.SETTINGS)) {
      job.run(ProgressListener.NONE);
    }
    return out;
  }

  private String path(String model) {
    return folder.resolve(model).toString();
  }

  @Test
  void aRecipeOfTextOrOfCodeMergesLikeThatOfAFile() throws IOException {
    String text =
        MergeFixture.RECIPE
            .replace("base_model: base", "base_model: " + path("base"))
            .replaceAll("model: ([ab])\n", "model: " + folder + "/$1\n");
    Recipe recipe =
        new RecipeBuilder("dare_ties")
            .base(path("base"))
            .model(path("a"), Map.of("weight", 0.5, "density", 0.5))
            .model(path("b"), Map.of("weight", List.of(0.25, 0.75), "density", 0.6))
            .build();
    RecipeFile ofCode = RecipeFile.of(recipe);
    merge.merge();
    Path byText = merged(RecipeFile.parse(text), "by-text");
    Path byCode = merged(ofCode, "by-code");
    for (Path tensors : List.of(byText, byCode)) {
      assertEquals(
          -1,
          Files.mismatch(
              merge.out.resolve("model.safetensors"), tensors.resolve("model.safetensors")));
    }
    assertEquals(text, Json.read(byText.resolve("amalgam.json"), 1 << 20).get("recipe").asText());
    assertEquals(
        ofCode.text(), Json.read(byCode.resolve("amalgam.json"), 1 << 20).get("recipe").asText());
    assertTrue(Files.readString(byCode.resolve("README.md")).contains(ofCode.text()));
  }

  @Test
  void aModelThatIsMissingIsNotSoughtBesideARecipeThatHasNoPlace() {
    RecipeFile recipe = RecipeFile.parse("merge_method: linear\nmodels: [{model: no such}]");
    String message = assertThrows(RecipeException.class, () -> merged(recipe, "x")).getMessage();
    assertTrue(
        message.startsWith("recipe: model 'no such': no such folder here; models are read"),
        message);
  }
}
