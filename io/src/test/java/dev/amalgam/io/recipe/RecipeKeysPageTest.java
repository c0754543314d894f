package dev.amalgam.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeMethods;
import dev.amalgam.core.merge.Parameter;
import dev.amalgam.core.recipe.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of all keys says what the program reads. */
class RecipeKeysPageTest {

  private static final Path PAGE = Path.of("../docs/recipe-keys.md");

  @Test
  void theTableOfParametersIsThatOfTheMethods() throws IOException {
    String table = parameters();
    assertTrue(
        Files.readString(PAGE).contains("\n\n" + table + "\n"),
        () -> "The table under 'Parameters' in docs/recipe-keys.md must be:\n\n" + table);
  }

  @Test
  void theTablesOfKeysListWhatTheReaderKnows() throws IOException {
    assertKeys("## Keys of a document", RecipeReader.KEYS);
    assertKeys("## Keys of a slice", SliceReader.KEYS);
    assertKeys("## Keys of a source", SliceReader.SOURCE_KEYS);
    assertKeys("## Keys of `tokenizer`", TokenizerReader.KEYS);
    assertKeys("## Keys of a token", TokenizerReader.TOKEN_KEYS);
    assertKeys("## Keys of the source of a token", TokenizerReader.ROW_KEYS);
  }

  private static void assertKeys(String heading, List<String> keys) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf(heading + "\n");
    assertTrue(start >= 0, heading);
    int end = page.indexOf("\n## ", start);
    List<String> listed =
        page.substring(start, end < 0 ? page.length() : end)
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .toList();
    assertEquals(new TreeSet<>(keys), new TreeSet<>(listed), heading);
    assertEquals(keys.size(), listed.size(), heading);
  }

  /** Returns a line for each parameter, and for each default that methods give it. */
  static String parameters() {
    Map<Parameter<?>, List<String>> methods = new LinkedHashMap<>();
    for (MergeMethod method : MergeMethods.all()) {
      for (Parameter<?> parameter : method.parameters()) {
        methods.computeIfAbsent(parameter, p -> new ArrayList<>()).add("`" + method.name() + "`");
      }
    }
    String rows =
        methods.entrySet().stream()
            .sorted(Comparator.comparing(entry -> entry.getKey().name()))
            .map(entry -> row(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining("\n"));
    return "| parameter | set for | takes | default | meaning | methods |\n"
        + "|---|---|---|---|---|---|\n"
        + rows;
  }

  private static String row(Parameter<?> parameter, List<String> methods) {
    return "| `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            parameter.name(),
            switch (parameter.scope()) {
              case MODEL -> "a model";
              case RECIPE -> "the recipe";
            },
            parameter.domain().describe(),
            parameter.fallback().map(RecipeKeysPageTest::written).orElse("required"),
            parameter.meaning(),
            String.join(", ", methods));
  }

  private static String written(Setting.Scalar value) {
    return switch (value) {
      case Setting.Number(double number) ->
          number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
      case Setting.Word(String word) -> word;
    };
  }
}
