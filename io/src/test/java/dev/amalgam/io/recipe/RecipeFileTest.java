package dev.amalgam.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.ModelEntry;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.recipe.Slice;
import dev.amalgam.core.recipe.TokenizerSettings;
import dev.amalgam.core.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeFileTest {

  @TempDir Path folder;

  @Test
  void everyKeyIsRead() throws IOException {
    String text =
        """
        merge_method: ties
        base_model: base
        models:
          - model: base
          - model: a/b
            parameters:
              weight: 0.5
              density: [0.2, 1]
        parameters:
          normalize: true
        dtype: float32
        out_dtype: bfloat16
        tokenizer_source: tok
        random_compatibility: mergekit
        missing: skip
        non_finite: warn
        names: strict
        """;
    RecipeFile file = RecipeFile.read(Files.writeString(folder.resolve("r.yml"), text));
    assertEquals(text, file.text());
    assertEquals(Optional.of(folder.resolve("r.yml")), file.path());
    assertEquals(
        new RecipeBuilder("ties")
            .base("base")
            .model("base", Map.of())
            .model("a/b", Map.of("weight", 0.5, "density", List.of(0.2, 1.0)))
            .parameter("normalize", true)
            .dtype(DType.F32)
            .outDtype(DType.BF16)
            .tokenizer(TokenizerSettings.of(new TokenizerSettings.Source.Folder("tok")))
            .masks(Recipe.RandomMasks.MERGEKIT)
            .missing(Recipe.Missing.SKIP)
            .nonFinite(Recipe.NonFinite.WARN)
            .names(Recipe.Names.STRICT)
            .build(),
        file.recipe());
  }

  @Test
  void whatIsNotSaidHasItsDefault() throws IOException {
    Recipe recipe = read("merge_method: linear\nmodels:\n- model: a\n");
    assertEquals(
        new Recipe(
            "linear",
            Optional.empty(),
            List.of(new ModelEntry("a", Map.of())),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Recipe.RandomMasks.COUNTER,
            Recipe.Missing.ERROR,
            Recipe.NonFinite.ERROR,
            Recipe.Names.MATCH,
            Optional.empty(),
            List.of()),
        recipe);
    assertEquals(new RecipeBuilder("linear").model("a", Map.of()).build(), recipe);
  }

  @Test
  void slicesAreReadWithTheirSourcesAndParameters() throws IOException {
    Recipe recipe =
        read(
            """
            merge_method: slerp
            base_model: a
            slices:
              - sources:
                  - {model: a, layer_range: [0, 8]}
                  - {model: b, layer_range: [8, 16], parameters: {weight: 2}}
                parameters: {t: 0.5}
              - sources: [{model: c, layer_range: [3, 4]}]
            """);
    assertEquals(List.of(), recipe.models());
    assertEquals(
        List.of(
            new Slice(
                List.of(
                    new Slice.Source(new ModelEntry("a", Map.of()), 0, 8),
                    new Slice.Source(
                        new ModelEntry("b", Map.of("weight", new Setting.Number(2))), 8, 16)),
                Map.of("t", new Setting.Number(0.5))),
            new Slice(List.of(new Slice.Source(new ModelEntry("c", Map.of()), 3, 4)), Map.of())),
        recipe.slices());
    assertEquals(List.of("a", "b", "c"), recipe.listed().stream().map(ModelEntry::model).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
  void nullMeansAbsent(String nothing) throws IOException {
    Recipe recipe =
        read("merge_method: linear\nbase_model: " + nothing + "\nmodels: [{model: a}]\n");
    assertEquals(Optional.empty(), recipe.baseModel());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-0.25, -0.25",
    "+3, 3",
    "1e-5, 1e-5",
    "1.e3, 1000",
    ".5, 0.5",
    "2E+2, 200",
    "0, 0",
    ".inf, Infinity",
    "+.INF, Infinity",
    "-.inf, -Infinity"
  })
  void numbers(String written, double value) throws IOException {
    assertEquals(new Setting.Number(value), parameter(written));
  }

  @ParameterizedTest
  @CsvSource({
    "True, true",
    "TRUE, true",
    "true, true",
    "yes, true",
    "Yes, true",
    "YES, true",
    "on, true",
    "On, true",
    "ON, true",
    "False, false",
    "FALSE, false",
    "no, false",
    "No, false",
    "NO, false",
    "off, false",
    "Off, false",
    "OFF, false",
    "magnitude, magnitude",
    "1_000, 1_000",
    "0x10, 0x10",
    ".nan, .nan",
    "'\"1\"', 1",
    "'\"yes\"', yes"
  })
  void wordsAndTheBooleansOfYaml11(String written, String word) throws IOException {
    assertEquals(new Setting.Word(word), parameter(written));
  }

  @Test
  void gradients() throws IOException {
    assertEquals(
        new Setting.Gradient(List.of(0.0, 0.5, 1e-3)),
        parameter("\n    - 0\n    - 0.5\n    - 1e-3"));
    assertEquals(new Setting.Gradient(List.of(1.0)), parameter("[1]"));
  }

  @Test
  void choicesByTensorName() throws IOException {
    assertEquals(
        new Setting.ByName(
            List.of(
                new Setting.Case(Optional.of("self_attn"), new Setting.Gradient(List.of(0.0, 1.0))),
                new Setting.Case(Optional.of("7"), new Setting.Word("true")),
                new Setting.Case(Optional.empty(), new Setting.Number(0.25)),
                new Setting.Case(Optional.empty(), new Setting.Number(0.5)))),
        parameter(
            """
            [{filter: self_attn, value: [0, 1]}, {filter: 7, value: on},
             {filter: "*", value: 0.25}, {value: 0.5}]\
            """));
  }

  @Test
  void anchorsAndMergeKeysStandForWhatTheyName() throws IOException {
    Recipe recipe =
        read(
            """
            merge_method: ties
            base_model: &base base
            models:
              - model: *base
                parameters: &common {weight: 1, density: 0.5}
              - model: a
                parameters: *common
              - model: b
                parameters:
                  weight: 2
                  <<: *common
              - model: c
                parameters: &c
                  <<: [{weight: 3}, *common]
              - model: d
                parameters: {<<: *c, density: 0.25}
              - model: e
                parameters: {<<: *c, density: null}
            """);
    assertEquals("base", recipe.models().getFirst().model());
    assertEquals(weights(1, 0.5), recipe.models().get(1).parameters());
    assertEquals(weights(2, 0.5), recipe.models().get(2).parameters());
    assertEquals(weights(3, 0.5), recipe.models().get(3).parameters());
    assertEquals(weights(3, 0.25), recipe.models().get(4).parameters());
    assertEquals(Map.of("weight", new Setting.Number(3)), recipe.models().get(5).parameters());
  }

  @Test
  void aQuotedMergeKeyIsAKeyLikeAnyOther() throws IOException {
    assertEquals(
        Map.of("<<", new Setting.Number(1)),
        read("merge_method: linear\nmodels: [{model: a}]\nparameters: {\"<<\": 1}\n").parameters());
  }

  @Test
  void commentsByteOrderMarksAndWindowsLineEndsDoNoHarm() throws IOException {
    String text =
        "\uFEFF# a comment\r\nmerge_method: linear # another\r\nmodels:\r\n- model: ü b\r\n";
    assertEquals("ü b", read(text).models().getFirst().model());
  }

  @Test
  void aRecipeMayBeAPipe() {
    // As in <(generate-recipe): a file without a size.
    Path nothing = Path.of("/dev/null");
    if (Files.exists(nothing)) {
      var e = assertThrows(RecipeException.class, () -> RecipeFile.read(nothing));
      assertTrue(e.getMessage().startsWith("/dev/null: is empty"), e.getMessage());
    }
  }

  private static Map<String, Setting> weights(double weight, double density) {
    return Map.of("weight", new Setting.Number(weight), "density", new Setting.Number(density));
  }

  private Setting parameter(String written) throws IOException {
    return read("merge_method: linear\nmodels: [{model: a}]\nparameters:\n  p: "
            + written.replace("\n", "\n  ")
            + "\n")
        .parameters()
        .get("p");
  }

  private Recipe read(String text) throws IOException {
    return RecipeFile.read(Files.writeString(folder.resolve("recipe.yml"), text)).recipe();
  }
}
