package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters that fit no tensor are warnings, and layers that no model has are errors. */
class RecipesThatDecideNothingTest {

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
    for (String model : List.of("base", "a")) {
      Path file = root.resolve(model).resolve("model.safetensors");
      Files.delete(file);
      TinyModel.tensors(
          file, model.hashCode(), "embed", "layers.0.attn", "layers.0.mlp", "layers.0.norm");
    }
  }

  @Test
  void aFilterThatFitsNoTensorIsAWarningOfTheMerge() throws IOException {
    merge.recipe(recipe("atn"));
    assertEquals(
        List.of(
            "parameters of 'a': filter 'atn' of 'weight' is part of no tensor's name, so it decides"
                + " nothing; did you mean 'attn'?"),
        MergeJob.check(merge.recipe, 1).warnings());
    merge.recipe(recipe("attn"));
    assertEquals(List.of(), MergeJob.check(merge.recipe, 1).warnings());
  }

  @Test
  void theWarningNamesTheStageWhereTheFilterStands() throws IOException {
    merge.recipe(
        "name: mix\n"
            + recipe("atn")
            + """
            ---
            merge_method: passthrough
            models: [{model: mix}]
            """);
    List<String> warnings = MergeJob.check(merge.recipe, 1).warnings();
    assertEquals(1, warnings.size());
    assertTrue(
        warnings.getFirst().startsWith("stage 'mix': parameters of 'a': filter 'atn'"),
        warnings.toString());
  }

  @Test
  void layersThatNoModelHasAreAnErrorThatSaysHowManyItHas() throws IOException {
    merge.recipe(
        """
        merge_method: passthrough
        slices: [{sources: [{model: a, layer_range: [0, 2000000]}]}]
        """);
    String message = merge.refused();
    assertTrue(
        message.endsWith(
            "slice 1: layer_range [0, 2000000] leaves the model 'a', which has 1 layers; the"
                + " nearest that it has is [0, 1]"),
        message);
  }

  private static String recipe(String filter) {
    return """
    merge_method: task_arithmetic
    base_model: base
    models:
    - model: a
      parameters: {weight: [{filter: %s, value: 0}, {value: 1}]}
    """
        .formatted(filter);
  }
}
