package dev.amalgam.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.recipe.RecipeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrongRecipesAreRefusedTest {

  private static final String GOOD = "merge_method: linear\nmodels: [{model: a}]\n";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("r.yml");
  }

  @Test
  void theGoodRecipeThatTheOthersSpoilIsRead() throws IOException {
    Files.writeString(file, GOOD);
    assertEquals("linear", RecipeFile.read(file).recipe().mergeMethod());
  }

  @Test
  void noFile() {
    refusedAs(": cannot be read: no such file");
  }

  @Test
  void aFolder() throws IOException {
    Files.createDirectory(file);
    refusedAs(": is a folder; name the recipe's YAML file");
  }

  @Test
  void anEmptyFile() throws IOException {
    refused("", ": is empty; a recipe needs at least merge_method and models");
    refused("# only a comment\n", ": is empty; a recipe needs at least merge_method and models");
  }

  @Test
  void moreThanAMegabyte() throws IOException {
    refused(
        GOOD + "#".repeat(1_000_000),
        ": is larger than 1 MB, which no recipe is; name the recipe's YAML file");
  }

  @Test
  void anotherEncoding() throws IOException {
    Files.write(file, GOOD.getBytes(StandardCharsets.UTF_16));
    refusedAs(": is not UTF-8 text; save it as UTF-8");
    Files.write(file, "a: Stra\u00dfe".getBytes(StandardCharsets.ISO_8859_1));
    refusedAs(": is not UTF-8 text; save it as UTF-8");
  }

  @Test
  void brokenYaml() throws IOException {
    refused(
        "merge_method: linear\nmodels: [\n",
        ":3:1: is not YAML: expected the node content, but found '<stream end>'");
    refused(
        "merge_method: linear\n\tmodels: x\n",
        ":2:1: is not YAML: found character '\\t(TAB)' that cannot start any token."
            + " (Do not use \\t(TAB) for indentation)");
    refused("merge_method: *", ":1:16: is not YAML: unexpected character found (0)");
    refused("merge_method: *x\n", ":1:15: is not YAML: found undefined alias x");
    refused(
        "merge_method: linear\u0007\n",
        ":1:21: is not YAML: it has the control character U+0007; remove it");
    refused("\u0007a: 1\n", ":1:1: is not YAML: it has the control character U+0007; remove it");
    refused(
        "# 😀\n".repeat(2000) + "\u0007: 1\n",
        ":2001:1: is not YAML: it has the control character U+0007; remove it");
    refused(
        "a: 1\nb: \u0007\n", ":2:4: is not YAML: it has the control character U+0007; remove it");
  }

  @Test
  void noMapAtTheTop() throws IOException {
    refused("linear\n", ":1:1: the recipe must be a map of keys to values");
    refused("- linear\n", ":1:1: the recipe must be a map of keys to values");
  }

  @Test
  void missingKeys() throws IOException {
    refused("models: [{model: a}]\n", ":1:1: the recipe has no 'merge_method'; add it");
    refused("merge_method:\nmodels: []\n", ":1:1: the recipe has no 'merge_method'; add it");
    refused("merge_method: linear\n", ":1:1: the recipe has no 'models'; add it");
    refused(
        "merge_method: linear\nmodels:\n- parameters: {weight: 1}\n",
        ":3:3: a model has no 'model'; add it");
  }

  @Test
  void unknownKeysWithTheNearestKnownOne() throws IOException {
    refused(
        GOOD + "outdtype: float16\n",
        ":3:1: key 'outdtype' is not known in the recipe; did you mean 'out_dtype'?");
    refused(
        GOOD + "outdtype:\n",
        ":3:1: key 'outdtype' is not known in the recipe; did you mean 'out_dtype'?");
    refused(
        "merge_method: linear\nmodels:\n- model: a\n  paramters:\n    weight: 1\n",
        ":4:3: key 'paramters' is not known in a model; did you mean 'parameters'?");
    refused(
        GOOD + "parameters: {weight: [{filter: x, values: 1}]}\n",
        ":3:35: key 'values' is not known in a choice of 'weight'; did you mean 'value'?");
    refused(
        GOOD + "\"zzz\\e\": 1\n",
        ":3:1: key 'zzz\\u{1b}' is not known in the recipe; known are: name, merge_method,"
            + " base_model, models, slices, modules, parameters, dtype, out_dtype,"
            + " tokenizer_source, tokenizer, random_compatibility, missing, non_finite, names,"
            + " heads");
  }

  @Test
  void keysThatStandTwice() throws IOException {
    refused(
        GOOD + "merge_method: ties\n",
        ":3:1: key 'merge_method' stands twice in the recipe; remove one");
    refused(
        GOOD + "parameters: {weight: 1, 'weight': 2}\n",
        ":3:25: key 'weight' stands twice in parameters; remove one");
  }

  @Test
  void unknownMethods() throws IOException {
    refused(
        "merge_method: linaer\nmodels: [{model: a}]\n",
        ":1:15: merge_method 'linaer' is not known; did you mean 'linear'?");
    refused(
        "merge_method: [linear]\n" + GOOD.substring(21),
        ":1:15: merge_method must be a single value");
  }

  @Test
  void modelsOfTheWrongType() throws IOException {
    refused("merge_method: linear\nmodels: a\n", ":2:9: models must be a list");
    refused(
        "merge_method: linear\nmodels: []\n", ":2:9: 'models' is empty; list the models to merge");
    refused(
        "merge_method: linear\nmodels: [a]\n", ":2:10: a model must be a map of keys to values");
    refused(
        "merge_method: linear\nmodels: [{model: [a]}]\n",
        ":2:18: a model reference must be a single value");
    refused(
        "merge_method: linear\nmodels: [{model: ' '}]\n",
        ":2:18: a model reference is blank; write the folder of the model");
  }

  @Test
  void slicesAndModelsAtOnce() throws IOException {
    refused(
        GOOD + "slices: []\n",
        ":3:9: a recipe has either 'models' or 'slices', and this one has both; remove one");
  }

  @Test
  void slicesOfTheWrongType() throws IOException {
    slicesRefused("slices: []\n", ":2:9: 'slices' is empty; list the slices to stack");
    slicesRefused("slices: a\n", ":2:9: slices must be a list");
    slicesRefused("slices: [a]\n", ":2:10: a slice must be a map of keys to values");
    slicesRefused("slices: [{parameters: {t: 1}}]\n", ":2:10: a slice has no 'sources'; add it");
    slicesRefused(
        "slices: [{sources: []}]\n", ":2:20: 'sources' is empty; list the models of the slice");
    slicesRefused(
        "slices: [{source: []}]\n",
        ":2:11: key 'source' is not known in a slice; did you mean 'sources'?");
    slicesRefused(
        "slices: [{sources: [{model: a}]}]\n", ":2:21: a source has no 'layer_range'; add it");
    slicesRefused(
        "slices: [{sources: [{layer_range: [0, 1]}]}]\n", ":2:21: a source has no 'model'; add it");
    slicesRefused(
        "slices: [{sources: [{model: a, layers: [0, 1]}]}]\n",
        ":2:32: key 'layers' is not known in a source; known are: model, layer_range,"
            + " parameters");
  }

  @Test
  void rangesOfLayersThatMakeNoSense() throws IOException {
    rangeRefused(
        "[0]",
        ":2:45: layer_range has 1 numbers; write the first layer and the one"
            + " behind the last, as in [0, 8]");
    rangeRefused("4", ":2:45: layer_range must be a list");
    rangeRefused(
        "[-1, 4]", ":2:46: layer_range holds '-1'; layers are counted from 0, in whole numbers");
    for (String number : new String[] {"1.5", "1e99", "2147483648", "x", ".inf"}) {
      rangeRefused(
          "[0, " + number + "]",
          ":2:49: layer_range holds '" + number + "'; layers are counted from 0, in whole numbers");
    }
    for (String range : new String[] {"[4, 2]", "[3, 3]"}) {
      rangeRefused(
          range,
          ":2:45: layer_range "
              + range
              + " has no layers; the second number is that of the layer behind the last, so it is"
              + " the larger");
    }
    slicesRefused(
        "slices: [{sources: [{model: a, layer_range: [0, 2]}, {model: b, layer_range: [0, 3]}]}]\n",
        ":2:54: layer_range [0, 3] has 3 layers, but that of the slice's first source has 2; the"
            + " sources of a slice have equally many");
  }

  private void rangeRefused(String range, String problem) throws IOException {
    slicesRefused("slices: [{sources: [{model: a, layer_range: " + range + "}]}]\n", problem);
  }

  private void slicesRefused(String slices, String problem) throws IOException {
    refused("merge_method: passthrough\n" + slices, problem);
  }

  @Test
  void wordsThatAreNoneOfTheChoice() throws IOException {
    refused(
        GOOD + "dtype: q4_k\n",
        ":3:8: dtype 'q4_k' is not known; known are float32, float16, bfloat16, float64,"
            + " float8_e4m3fn, float8_e5m2");
    refused(
        GOOD + "random_compatibility: torch\n",
        ":3:23: random_compatibility is 'torch'; it takes one of mergekit, none");
    refused(
        GOOD + "missing: ignore\n",
        ":3:10: missing is 'ignore'; it takes one of error, base, skip");
  }

  @Test
  void parametersOfTheWrongType() throws IOException {
    refused(GOOD + "parameters: 1\n", ":3:13: parameters must be a map of keys to values");
    refused(
        GOOD + "parameters: {weight: {a: 1}}\n",
        ":3:22: 'weight' is a map; write a value, a list of numbers, or a list of choices"
            + " ('- filter: …' and 'value: …')");
    refused(
        GOOD + "parameters: {weight: []}\n",
        ":3:22: 'weight' is an empty list; write a value, or several numbers");
    refused(
        GOOD + "parameters: {weight: [1, x]}\n",
        ":3:26: a gradient of 'weight' holds numbers only");
    refused(
        GOOD + "parameters: {weight: [1, .inf]}\n",
        ":3:26: a gradient of 'weight' holds numbers only");
    refused(
        GOOD + "parameters: {weight: [{filter: a}]}\n",
        ":3:23: a choice of 'weight' has no 'value'; add it");
    refused(
        GOOD + "parameters: {weight: [{value: 1}, 2]}\n",
        ":3:35: a choice of 'weight' must be a map of keys to values");
    refused(
        GOOD + "parameters: {weight: [{value: [{value: 1}]}]}\n",
        ":3:31: a choice of 'weight' holds other choices; write one list of them");
  }

  @Test
  void mergeKeysThatMergeNoMap() throws IOException {
    refused(
        GOOD + "parameters: {<<: 1}\n", ":3:18: what << merges must be a map of keys to values");
    refused(
        GOOD + "parameters: {<<: [{weight: 1}, 2]}\n",
        ":3:32: what << merges must be a map of keys to values");
  }

  @Test
  void nestingWithoutEnd() throws IOException {
    refused("[".repeat(100_000), ":1:51: is nested deeper than 50 levels, which no recipe is");
    refused("- ".repeat(100_000), ":1:101: is nested deeper than 50 levels, which no recipe is");
  }

  @Test
  void aliasesThatGrowIntoEachOther() throws IOException {
    StringBuilder bomb = new StringBuilder("x0: &x0 [a]\n");
    for (int i = 1; i < 20; i++) {
      bomb.append("x%d: &x%d [%s]\n".formatted(i, i, ("*x" + (i - 1) + ",").repeat(9)));
    }
    refused(
        bomb.toString(),
        ": is not YAML: Number of aliases for non-scalar nodes exceeds the specified max=50");
  }

  @Test
  void mergeKeysThatGrowIntoEachOtherAreReadOnce() throws IOException {
    StringBuilder bomb = new StringBuilder(GOOD + "parameters:\n  p0: &x0 {a: 1}\n");
    for (int i = 1; i <= 12; i++) {
      bomb.append("  p%d: &x%d {<<: [%s]}\n".formatted(i, i, ("*x" + (i - 1) + ",").repeat(4)));
    }
    Files.writeString(file, bomb + "  <<: *x12\n");
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> assertThrows(RecipeException.class, () -> RecipeFile.read(file)));
  }

  @Test
  void thingsThatHoldThemselves() throws IOException {
    refused(
        GOOD + "parameters: {weight: &w [{value: *w}]}\n",
        ":3:22: a choice of 'weight' holds other choices; write one list of them");
    refused(
        GOOD + "parameters: &p {<<: *p, weight: *p}\n",
        ":3:13: 'weight' is a map; write a value, a list of numbers, or a list of choices"
            + " ('- filter: …' and 'value: …')");
  }

  @Test
  void longRunsOfDigitsAndKeysTakeNoTime() throws IOException {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < 80_000; i++) {
      keys.append('k').append(i).append(": 1\n");
    }
    Files.writeString(file, GOOD + "x: " + "1".repeat(900_000) + "x\n");
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> assertThrows(RecipeException.class, () -> RecipeFile.read(file)));
    Files.writeString(file, GOOD + "parameters:\n  p: " + "1".repeat(900_000) + "x\n");
    Assertions.assertTimeoutPreemptively(Duration.ofMinutes(1), () -> RecipeFile.read(file));
    Files.writeString(file, GOOD + keys);
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> assertThrows(RecipeException.class, () -> RecipeFile.read(file)));
  }

  private void refused(String text, String problem) throws IOException {
    Files.writeString(file, text);
    refusedAs(problem);
  }

  private void refusedAs(String problem) {
    String message = assertThrows(RecipeException.class, () -> RecipeFile.read(file)).getMessage();
    assertEquals(file + problem, message);
    assertFalse(message.contains("\n"));
  }
}
