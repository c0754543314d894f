package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamilies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of families in {@code docs/models.md} and {@code docs/model-keys.md}. */
class ModelsPageTest {

  private static final Path PAGE = Path.of("../docs/models.md");
  private static final Path KEYS = Path.of("../docs/model-keys.md");
  private static final Path RESOURCES = Path.of("src/test/resources");

  /** Keys that are asked for whatever the family. */
  private static final Set<String> OF_ALL =
      Set.of("model_type", "architectures", "quantization_config");

  /** What only models have that see. */
  private static final String TEXT = "text_config";

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

  @Test
  void theTableOfKeysIsWhatTheCodeAsksFor() throws IOException {
    SortedMap<String, Set<String>> known = new TreeMap<>();
    try (Stream<Path> files = Files.walk(RESOURCES, 3)) {
      files
          .filter(file -> file.endsWith("config.json"))
          .map(Path::getParent)
          .filter(folder -> RESOURCES.relativize(folder).toString().startsWith("hf"))
          .forEach(folder -> ask(folder, known));
    }
    StringBuilder table = new StringBuilder("| `model_type` | keys |\n|---|---|\n");
    known.forEach((type, keys) -> table.append("| `%s` | %s |\n".formatted(type, quoted(keys))));
    assertTrue(
        Files.readString(KEYS).endsWith("\n\n" + table),
        () -> "The table in docs/model-keys.md must be:\n\n" + table);
    assertEquals(ModelFamilies.types(), known.keySet());
  }

  private static String quoted(Set<String> names) {
    return names.contains(TEXT)
        ? "those of its text model"
        : names.stream().map(name -> '`' + name + '`').collect(Collectors.joining(", "));
  }

  private static void ask(Path folder, Map<String, Set<String>> known) {
    try (OpenModel model = OpenModel.of(ModelPath.of(folder))) {
      ModelConfig config = model.config();
      ModelFamilies.build(model.source(), Optional.empty());
      Set<String> keys = new TreeSet<>(config.keysAsked());
      keys.removeAll(OF_ALL);
      known
          .computeIfAbsent(config.text("model_type").orElseThrow(), _ -> new TreeSet<>())
          .addAll(keys);
    }
  }
}
