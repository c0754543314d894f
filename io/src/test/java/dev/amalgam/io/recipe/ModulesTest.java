package dev.amalgam.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** mergekit's {@code modules}, and its keys of slices. */
class ModulesTest {

  private static Recipe read(String text) {
    return RecipeFile.parse(text).recipe();
  }

  private static void refused(String text, String problem) {
    String message = assertThrows(RecipeException.class, () -> RecipeFile.parse(text)).getMessage();
    assertEquals("recipe" + problem, message);
  }

  @Test
  void theModuleDefaultSaysWhatTheRecipeWould() {
    assertEquals(
        read(
            """
            merge_method: ties
            base_model: a
            slices:
            - sources:
              - {model: b, layer_range: [0, 2], parameters: {weight: 1}}
            parameters: {density: 0.5}
            """),
        read(
            """
            base_model: a
            merge_method: ties
            modules:
              default:
                slices:
                - sources:
                  - layer_range: [0, 2]
                    model: b
                    parameters: {weight: 1}
            parameters: {density: 0.5}
            """));
    assertEquals(
        read("merge_method: linear\nmodels: [{model: a}]\n"),
        read("merge_method: linear\nmodules: {default: {models: [{model: a}]}}\n"));
  }

  @Test
  void theParametersOfTheModuleComeFirst() {
    Recipe recipe =
        read(
            """
            merge_method: ties
            base_model: a
            modules:
              default:
                models: [{model: b}]
                parameters:
                  weight: 2
                  density: [{filter: mlp, value: 0.1}]
                  lambda: [{filter: mlp, value: 0.2}]
            parameters:
              weight: [0, 1]
              density: [{filter: attn, value: 0.3}, {value: 0.4}]
              lambda: 0.6
              normalize: false
            """);
    assertEquals(2, number(recipe, "weight", "x"));
    assertEquals(0.1, number(recipe, "density", "mlp.attn"));
    assertEquals(0.3, number(recipe, "density", "attn"));
    assertEquals(0.4, number(recipe, "density", "norm"));
    assertEquals(0.2, number(recipe, "lambda", "mlp"));
    assertEquals(0.6, number(recipe, "lambda", "norm"));
    assertEquals(new Setting.Word("false"), recipe.parameters().get("normalize"));
  }

  private static double number(Recipe recipe, String parameter, String tensor) {
    var value = recipe.parameters().get(parameter).at(tensor, 0.5).orElseThrow();
    return ((Setting.Number) value).value();
  }

  @Test
  void otherModulesAreRefused() {
    refused(
        "merge_method: linear\nmodules: {default: {models: [{model: a}]}, vision: {}}\n",
        ":2:44: module 'vision': parts of a model are not told apart by this version; write its"
            + " models or slices into the recipe itself, where they are for all tensors, and choose"
            + " parameters by tensor name ('filter')");
    refused("merge_method: linear\nmodules: {}\n", ":2:10: modules has no 'default'; add it");
    refused(
        "merge_method: linear\nmodules: []\n", ":2:10: modules must be a map of keys to values");
    refused(
        "merge_method: linear\nmodules: {default: {model: a}}\n",
        ":2:21: key 'model' is not known in a module; did you mean 'models'?");
    refused(
        "merge_method: linear\nmodels: [{model: a}]\nmodules: {default: {}}\n",
        ":3:10: a recipe has one of 'models', 'slices' and 'modules', and this one has 'models'"
            + " too; remove one");
    refused(
        "merge_method: linear\nmodules: {default: {}}\n",
        ":1:1: the recipe has no 'models'; add it");
    refused(
        "merge_method: linear\nmodules: {default: {models: [{model: a}], slices: []}}\n",
        ":2:51: a recipe has either 'models' or 'slices', and this one has both; remove one");
  }

  @Test
  void theBaseOfASliceIsThatOfTheRecipe() {
    String slices = "slices: [{base_model: a, sources: [{model: b, layer_range: [0, 2]}]}]\n";
    assertEquals(
        Optional.of("a"), read("merge_method: ties\nbase_model: a\n" + slices).baseModel());
    refused(
        "merge_method: ties\nbase_model: c\n" + slices,
        ":3:23: base_model of a slice is 'a' and not that of the recipe ('c'), which is the base of"
            + " all slices; merge these layers in a document of its own ('name: …' with this"
            + " base_model), and stack its result with merge_method passthrough");
    refused(
        "merge_method: linear\n" + slices,
        ":2:23: base_model of a slice is 'a' and not that of the recipe (none), which is the base"
            + " of all slices; merge these layers in a document of its own ('name: …' with this"
            + " base_model), and stack its result with merge_method passthrough");
  }

  @Test
  void theResidualWeightOfASliceIsRefused() {
    refused(
        "merge_method: linear\nslices: [{residual_weight: 1, sources: []}]\n",
        ":2:11: key 'residual_weight' is one that mergekit reads and does nothing with; remove it");
  }
}
