package dev.amalgam.io.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.io.model.ModelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPathTest {

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "base, base",
    "base+a, base|a",
    "base+a+b, base|a|b",
    "c++/m, c++/m",
    "c++/m+a, c++/m|a",
    "base+c++/m+a, base|c++/m|a",
    "base+missing, base|missing",
    "no+such, no|such",
    "base+, base|"
  })
  void whatExistsKeepsItsPlusSigns(String reference, String expected) {
    Set<String> existing = Set.of("base", "a", "b", "c++/m", "");
    assertEquals(
        List.of(expected.split("\\|", -1)), ModelPath.parts(reference, existing::contains));
  }

  @Test
  void theTokenizerIsTheLastAdaptersThatHasOne() throws IOException {
    Path base = Files.createDirectory(root.resolve("base"));
    Path a = Files.createDirectory(root.resolve("a"));
    Path b = Files.createDirectory(root.resolve("b"));
    ModelPath path = ModelPath.of(Path.of(base + "+" + a + "+" + b));
    assertEquals(List.of(a, b), path.adapters());
    assertEquals(base, path.tokenizerFolder());
    Files.createFile(a.resolve("tokenizer.json"));
    assertEquals(a, path.tokenizerFolder());
    assertEquals(base, path.folder());
  }
}
