package dev.amalgam.io.quantization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizationSectionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'a': 1, 'quantization_config': {'b': [1, 2]}}|{'a': 1}",
        "{'quantization_config': {'b': 1}, 'a': 1}|{'a': 1}",
        "{ 'quantization_config' : {} }|{ }",
        "{'a': 1,¶  'compression_config' : {},¶  'c': 2¶}|{'a': 1,¶  'c': 2¶}",
        "{'quantization_config': {}, 'compression_config': {}, 'c': 2}|{'c': 2}",
        "{'c': 2, 'quantization_config': {}, 'compression_config': {}}|{'c': 2}",
        "{'text_config': {'a': 1, 'quantization_config': {}}, 'c': 2}"
            + "|{'text_config': {'a': 1}, 'c': 2}",
        "{'quantization': {'bits': 4}, 'c': 2}|{'c': 2}",
        "{'quantization_config': {}, 'compression_config': {}, 'quantization': {'bits': 4}}|{}",
        "{'quantization_config': {}, 'c': 2, 'compression_config': {}, 'quantization': {'bits':"
            + " 4}}|{'c': 2}",
        "{'a': {'quantization_config': {}, 'compression_config': {}}, 'quantization_config': {},"
            + " 'c': [{'quantization_config': 1}, {'b': 0, 'compression_config': {}}]}"
            + "|{'a': {}, 'c': [{}, {'b': 0}]}",
        "{'c': '\\\\', 'quantization_c\\u006fnfig': {}}|{'c': '\\\\'}",
      })
  void theSectionIsRemovedAndNothingElse(String before, String after) {
    assertEquals(json(after), QuantizationSections.removedFrom(config(json(before))).text());
  }

  @Test
  void aConfigWithoutSuchASectionStaysTheSame() {
    for (String text :
        new String[] {"{}", "{'quantization_config': null}", "{'quantization': 1}"}) {
      ConfigFile config = config(json(text));
      assertSame(config, QuantizationSections.removedFrom(config));
    }
  }

  @Test
  @Timeout(30)
  void asManySectionsAsAFileHolds() {
    String sections = "{'quantization_config': {}, 'compression_config': {}}, ".repeat(100_000);
    assertEquals(
        json("{'a': [" + "{}, ".repeat(100_000) + "1]}"),
        QuantizationSections.removedFrom(config(json("{'a': [" + sections + "1]}"))).text());
  }

  @Test
  @Timeout(30)
  void valuesInLongKeys() {
    int depth = 200;
    String key = "{'%s': ".formatted("k".repeat(40_000));
    ConfigFile config =
        config(json(key.repeat(depth) + "[" + "1, ".repeat(100_000) + "1]" + "}".repeat(depth)));
    assertSame(config, QuantizationSections.removedFrom(config));
  }

  private static ConfigFile config(String text) {
    return ConfigFile.of(Path.of("config.json"), text);
  }

  private static String json(String written) {
    return written.replace('\'', '"').replace('¶', '\n');
  }
}
