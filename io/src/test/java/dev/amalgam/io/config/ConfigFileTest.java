package dev.amalgam.io.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  private static final String TEXT =
      """
      {"model_type": "llama", "hidden_size": 8, "eps": 1e-06, "rope": {"types": ["a", [1.0]]},
       "eos_token_id": [1, -2, 3.5, "4", 5000000000, 6], "pad_token_id": 7, "bos_token_id": null}
      """;

  @TempDir Path folder;

  private ConfigFile config(String text) {
    return ConfigFile.of(folder.resolve(ConfigFile.NAME), text);
  }

  @Test
  void oneReadingGivesTextAndValues() throws IOException {
    Path file = Files.writeString(folder.resolve(ConfigFile.NAME), TEXT);
    ConfigFile config = ConfigFile.read(file);
    assertEquals(file, config.path());
    assertEquals(TEXT, config.text());
    assertEquals(TEXT, config.edits().text());
    assertEquals(8, config.values().count("hidden_size"));
    assertEquals(file.toString(), config.values().place());
    assertEquals(Optional.of("llama"), config.string("model_type"));
    assertEquals(Optional.of(1e-6), config.number("eps"));
    assertTrue(config.has("bos_token_id"));
  }

  @Test
  void valuesOfAnotherKindAreAbsent() {
    ConfigFile config = config(TEXT);
    assertEquals(Optional.empty(), config.string("eps"));
    assertEquals(Optional.empty(), config.number("model_type"));
    assertEquals(Optional.empty(), config.string("bos_token_id"));
    assertEquals(Optional.empty(), config.list("/rope"));
    assertFalse(config.has("types"));
  }

  @Test
  void wholeNumbersComeAloneOrInLists() {
    ConfigFile config = config(TEXT);
    assertEquals(List.of(1, -2, 6), config.integers("eos_token_id"));
    assertEquals(List.of(7), config.integers("pad_token_id"));
    assertEquals(List.of(), config.integers("bos_token_id"));
    assertEquals(List.of(), config.integers("nothing"));
  }

  @Test
  void listsAreFoundByPointer() {
    ConfigFile config = config(TEXT);
    assertEquals(Optional.of(List.of("\"a\"", "[1.0]")), config.list("/rope/types"));
    assertEquals(Optional.empty(), config.list("/rope/none"));
  }

  @Test
  void whatIsNoObjectIsRefused() {
    Path file = folder.resolve(ConfigFile.NAME);
    assertEquals(
        "'" + file + "' is no JSON object; the file is damaged",
        assertThrows(CheckpointException.class, () -> config("[1]")).getMessage());
    assertEquals(
        "Cannot read '" + file + "': there is no such file or folder",
        assertThrows(CheckpointException.class, () -> ConfigFile.read(file)).getMessage());
  }

  @Test
  void theElementTypeIsTheModelsOrItsTextModels() {
    assertEquals(Optional.of(DType.F16), config("{\"torch_dtype\": \"float16\"}").dtype());
    assertEquals(
        Optional.of(DType.BF16), config("{\"text_config\": {\"dtype\": \"bfloat16\"}}").dtype());
    assertEquals(Optional.empty(), config("{\"dtype\": \"auto\"}").dtype());
  }
}
