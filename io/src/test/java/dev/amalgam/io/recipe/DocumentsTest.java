package dev.amalgam.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.recipe.RecipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes of several documents. */
class DocumentsTest {

  @TempDir Path folder;

  @Test
  void theDocumentWithoutANameRunsLast() throws IOException {
    assertRuns(List.of("x"), "y", document("", "x", "y"), document("x", "a"));
    assertRuns(List.of(), "a", document("", "a"));
  }

  @Test
  void whereAllHaveNamesTheLastInTheFileRunsLast() throws IOException {
    assertRuns(List.of("x"), "b", document("x", "a"), document("y", "x", "b"));
    assertRuns(List.of(), "a", document("only", "a"));
  }

  @Test
  void everyDocumentRunsBehindThoseThatItNeeds() throws IOException {
    assertRuns(
        List.of("c", "b", "a"),
        "b",
        document("a", "b", "c"),
        document("", "a", "b"),
        document("b", "c"),
        document("c", "model"));
  }

  @Test
  void basesSlicesAndTokenizersUseResultsToo() throws IOException {
    assertRuns(
        List.of("x", "y", "z"),
        "y",
        """
        merge_method: passthrough
        base_model: x
        tokenizer_source: z
        slices: [{sources: [{model: y, layer_range: [0, 1]}]}]
        """,
        document("x", "a"),
        document("y", "a"),
        document("z", "a"));
  }

  @Test
  void aSeparatorAtTheEndBeginsNoDocument() throws IOException {
    RecipeFile file =
        RecipeFile.read(
            Files.writeString(folder.resolve("r.yml"), "---\n" + document("", "a") + "---\n"));
    assertEquals(List.of(), file.stages());
  }

  @Test
  void twoWithoutAName() throws IOException {
    refused(
        ":4:1: has no 'name', nor has a document before it; only the one that makes the output may"
            + " do without",
        document("", "a"),
        document("", "b"));
  }

  @Test
  void twoOfOneName() throws IOException {
    refused(
        ":5:1: is the second document with the name 'x'; give each a name of its own",
        document("x", "a"),
        document("x", "b"),
        document("", "x"));
  }

  @Test
  void namesThatAreNone() throws IOException {
    refused(":1:7: name is blank; name the result, or remove the key", document("' '", "a"));
    refused(":1:7: name must be a single value", document("[x]", "a"));
  }

  @Test
  void aResultThatNobodyUses() throws IOException {
    refused(
        ":1:1: makes 'x', which no other document uses; remove it, or list it as a model",
        document("x", "a"),
        document("", "b"));
  }

  @Test
  void circles() throws IOException {
    refused(
        ":1:1: needs its own result: 'x' needs 'y' needs 'z' needs 'x'; break the circle",
        document("x", "y"),
        document("y", "z"),
        document("z", "a", "x"),
        document("", "x"));
    refused(
        ":1:1: needs its own result: 'x' needs 'x'; break the circle",
        document("x", "x"),
        document("", "a"));
    refused(
        ":5:1: needs its own result: 'y' needs 'x' needs 'y'; break the circle",
        document("x", "y"),
        document("y", "x"));
  }

  @Test
  void moreThanAHundred() throws IOException {
    String[] documents = new String[101];
    for (int i = 0; i < documents.length; i++) {
      documents[i] = document("x" + i, i == 0 ? "a" : "x" + (i - 1));
    }
    refused(":401:1: is one of more than 100 documents; use several recipes", documents);
  }

  @Test
  void aDocumentThatIsNoRecipe() throws IOException {
    refused(":4:1: the recipe must be a map of keys to values", document("", "a"), "text\n");
    refused(":5:1: the recipe has no 'merge_method'; add it", document("x", "a"), "name: y\n");
  }

  private void assertRuns(List<String> stages, String lastModel, String... documents)
      throws IOException {
    RecipeFile file = RecipeFile.read(write(documents));
    assertEquals(stages, file.stages().stream().map(RecipeFile.Stage::name).toList());
    assertEquals(lastModel, file.recipe().listed().getLast().model());
  }

  private void refused(String problem, String... documents) throws IOException {
    Path file = write(documents);
    assertEquals(
        file + problem,
        assertThrows(RecipeException.class, () -> RecipeFile.read(file)).getMessage());
  }

  private Path write(String... documents) throws IOException {
    return Files.writeString(folder.resolve("r.yml"), String.join("---\n", documents));
  }

  private static String document(String name, String... models) {
    return (name.isEmpty() ? "" : "name: " + name + "\n")
        + "merge_method: linear\nmodels: [{model: "
        + String.join("}, {model: ", models)
        + "}]\n";
  }
}
