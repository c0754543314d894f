package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.model.ModelFamilies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of families in {@code docs/models.md}. */
class ModelsPageTest {

  private static final Path PAGE = Path.of("../docs/models.md");
  private static final Pattern TYPE = Pattern.compile("`([^`]+)`");

  @Test
  void theTableHasEveryModelTypeThatCanBeRunAndNoOther() throws IOException {
    Set<String> listed = new TreeSet<>();
    Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.startsWith("| `model_type` |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|")[1])
        .forEach(cell -> TYPE.matcher(cell).results().forEach(type -> listed.add(type.group(1))));
    assertEquals(ModelFamilies.types(), listed);
  }
}
