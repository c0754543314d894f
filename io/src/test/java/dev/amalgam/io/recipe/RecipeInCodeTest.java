package dev.amalgam.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.recipe.TokenizerSettings;
import dev.amalgam.core.tensor.DType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recipe that is made in code gets the text of a file that says the same. */
class RecipeInCodeTest {

  private static final Recipe PLAIN = new RecipeBuilder("linear").model("a", Map.of()).build();

  private static final Recipe FULL =
      new RecipeBuilder("ties")
          .base("models/base")
          .model("models/a b", Map.of("weight", 0.5, "density", List.of(0.3, 1)))
          .model("c", Map.of("weight", RecipeBuilder.where("mlp", List.of(1, 2))))
          .parameter("lambda", 1e-7)
          .parameter("normalize", true)
          .dtype(DType.F32)
          .outDtype(DType.F8_E4M3)
          .tokenizer(TokenizerSettings.of(new TokenizerSettings.Source.Folder("c")))
          .masks(Recipe.RandomMasks.MERGEKIT)
          .missing(Recipe.Missing.SKIP)
          .nonFinite(Recipe.NonFinite.WARN)
          .names(Recipe.Names.STRICT)
          .heads("none")
          .build();

  private static final Recipe SLICES =
      new RecipeBuilder("slerp")
          .base("a")
          .parameter("t", 0.5)
          .slice(
              Map.of(),
              RecipeBuilder.source("a", 0, 2, Map.of()),
              RecipeBuilder.source("b", 4, 6, Map.of("weight", 2)))
          .slice(Map.of("t", -1), RecipeBuilder.source("a", 2, 3, Map.of()))
          .build();

  private static Recipe tokens(TokenizerSettings settings) {
    return new RecipeBuilder("linear").model("a", Map.of()).tokenizer(settings).build();
  }

  private static final Recipe TOKENS =
      tokens(
          new TokenizerSettings(
              new TokenizerSettings.Source.Union(),
              Map.of(
                  "<|im: \"start\"|>",
                  new TokenizerSettings.Token(
                      new TokenizerSettings.Row.OfToken("b c", "<s>: {"), true)),
              OptionalInt.of(64)));

  @ParameterizedTest
  @MethodSource("settings")
  void whatTokensThereAreIsNotLost(TokenizerSettings settings) {
    assertEquals(tokens(settings), RecipeFile.of(tokens(settings)).recipe());
  }

  static Stream<TokenizerSettings> settings() {
    Stream<TokenizerSettings.Source> sources =
        Stream.of(
            new TokenizerSettings.Source.Base(),
            new TokenizerSettings.Source.Union(),
            new TokenizerSettings.Source.Folder("union"),
            new TokenizerSettings.Source.Folder("a: b"));
    Stream<TokenizerSettings.Row> rows =
        Stream.of(
            new TokenizerSettings.Row.OfModel("a, b"),
            new TokenizerSettings.Row.OfToken("a", "{"),
            new TokenizerSettings.Row.OfId("}", 7),
            new TokenizerSettings.Row.Zero());
    return Stream.concat(
        sources.map(TokenizerSettings::of),
        rows.map(
            row ->
                new TokenizerSettings(
                    new TokenizerSettings.Source.Base(),
                    Map.of("\u2028'\"x", new TokenizerSettings.Token(row, false)),
                    OptionalInt.empty())));
  }

  @Test
  void theTextIsWhatAPersonWouldWrite() {
    assertEquals(
        """
        merge_method: ties
        base_model: models/base
        models:
        - model: "models/a b"
          parameters:
            density: [0.3, 1]
            weight: 0.5
        - model: c
          parameters:
            weight:
            - filter: mlp
              value: [1, 2]
        parameters:
          lambda: 1.0E-7
          normalize: true
        dtype: float32
        out_dtype: float8_e4m3fn
        tokenizer_source: c
        random_compatibility: mergekit
        missing: skip
        non_finite: warn
        names: strict
        heads: none
        """,
        RecipeFile.of(FULL).text());
    assertEquals(
        """
        merge_method: slerp
        base_model: a
        slices:
        - sources:
          - model: a
            layer_range: [0, 2]
          - model: b
            layer_range: [4, 6]
            parameters:
              weight: 2
        - sources:
          - model: a
            layer_range: [2, 3]
          parameters:
            t: -1
        parameters:
          t: 0.5
        """,
        RecipeFile.of(SLICES).text());
    assertEquals("merge_method: linear\nmodels:\n- model: a\n", RecipeFile.of(PLAIN).text());
    assertEquals(
        """
        merge_method: linear
        models:
        - model: a
        tokenizer:
          source: union
          tokens:
            "<|im: \\"start\\"|>":
              source: {kind: model_token, model: "b c", token: "<s>: {"}
              force: true
          pad_to_multiple_of: 64
        """,
        RecipeFile.of(TOKENS).text());
  }

  @Test
  void nothingThatARecipeSaysIsLostOnTheWay() throws ReflectiveOperationException {
    for (Recipe recipe : List.of(PLAIN, FULL, SLICES)) {
      assertEquals(recipe, RecipeFile.of(recipe).recipe());
      assertEquals(Optional.empty(), RecipeFile.of(recipe).path());
    }
    // So that a component that is added is tested above.
    for (RecordComponent component : Recipe.class.getRecordComponents()) {
      Recipe said = component.getName().equals("slices") ? SLICES : FULL;
      assertNotEquals(
          component.getAccessor().invoke(PLAIN),
          component.getAccessor().invoke(said),
          component.getName());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no",
        "NULL",
        "~",
        "1e5",
        ".5",
        "",
        " a",
        "a: b",
        "a #b",
        "- a",
        "&a",
        "*a",
        "!a",
        "'a'",
        "\"",
        "a\nb",
        "\u0085\u2028\ufeff\u0007",
        "C:\\models\\a",
        "größe/模型",
        "\ud83d\ude00",
        "True"
      })
  void anyTextStandsForItself(String text) {
    Recipe recipe =
        new RecipeBuilder("linear")
            .model("models/" + text, Map.of("weight", text, "x" + text, 1))
            .parameter("normalize", RecipeBuilder.where("f" + text, text))
            .build();
    assertEquals(recipe, RecipeFile.of(recipe).recipe());
  }

  @Test
  void anyNumberStandsForItself() {
    RecipeBuilder recipe = new RecipeBuilder("linear").model("a", Map.of());
    double[] numbers = {
      -0.0, Double.MIN_VALUE, -Double.MAX_VALUE, 1e300, 123456789, 0.1, Double.NEGATIVE_INFINITY
    };
    for (double number : numbers) {
      recipe.parameter("p" + number, number);
    }
    assertEquals(recipe.build(), RecipeFile.of(recipe.build()).recipe());
  }

  @Test
  void whatNoFileCouldSayIsRefused() {
    assertRefused("merge_method 'tie' is not known", new RecipeBuilder("tie").model("a", Map.of()));
    assertRefused("has no 'models'", new RecipeBuilder("ties"));
    assertRefused("look for NaN", new RecipeBuilder("ties").model("a", Map.of("weight", 0 / 0.0)));
    assertRefused("empty list", new RecipeBuilder("ties").model("a", Map.of("weight", List.of())));
    assertRefused(
        "dtype 'I64' is not known",
        new RecipeBuilder("linear").model("a", Map.of()).dtype(DType.I64));
    assertRefused(
        "holds other choices",
        new RecipeBuilder("linear")
            .model("a", Map.of())
            .parameter("t", RecipeBuilder.where("a", RecipeBuilder.where("b", 1))));
    assertRefused(
        "filter '*'",
        new RecipeBuilder("linear")
            .model("a", Map.of())
            .parameter(
                "t",
                new Setting.ByName(
                    List.of(new Setting.Case(Optional.of("*"), new Setting.Number(1))))));
  }

  private static void assertRefused(String part, RecipeBuilder recipe) {
    String message =
        assertThrows(RecipeException.class, () -> RecipeFile.of(recipe.build())).getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(!message.contains("\n"), message);
  }

  @Test
  void errorsInATextNameLineAndColumn() {
    String message =
        assertThrows(RecipeException.class, () -> RecipeFile.parse("merge_method: ties\nmodel: a"))
            .getMessage();
    assertEquals(
        "recipe:2:1: key 'model' is not known in the recipe; did you mean 'models'?", message);
  }
}
