package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.layer.Pooling;
import dev.amalgam.core.layer.Pooling.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceModulesTest {

  @TempDir Path folder;

  private void modules(String... types) throws IOException {
    StringBuilder list = new StringBuilder();
    for (String type : types) {
      list.append(list.isEmpty() ? "" : ", ")
          .append("{\"type\": \"sentence_transformers.models.%s\", ".formatted(type))
          .append("\"path\": \"%s\"}".formatted(type.equals("Transformer") ? "" : "1_" + type));
    }
    Files.writeString(folder.resolve("modules.json"), "[" + list + "]");
  }

  private void pooling(String config) throws IOException {
    modules("Transformer", "Pooling");
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.writeString(folder.resolve("1_Pooling/config.json"), config);
  }

  private String problem() {
    return assertThrows(AmalgamException.class, () -> SentenceModules.of(folder))
        .getMessage()
        .replace(folder.toString(), "M");
  }

  @Test
  void withoutModulesItIsTheMean() {
    assertEquals(
        new SentenceModules(Pooling.MEAN, OptionalInt.empty(), false), SentenceModules.of(folder));
  }

  @Test
  void withoutAModeItIsTheMean() throws IOException {
    pooling("{\"pooling_mode_mean_tokens\": false}");
    assertEquals(Pooling.MEAN, SentenceModules.of(folder).pooling());
  }

  @Test
  void switchesAreInTheOrderOfSentenceTransformers() throws IOException {
    pooling(
        "{\"pooling_mode_lasttoken\": true, \"pooling_mode_weightedmean_tokens\": true,"
            + " \"pooling_mode_mean_sqrt_len_tokens\": true, \"pooling_mode_mean_tokens\": true,"
            + " \"pooling_mode_max_tokens\": true, \"pooling_mode_cls_token\": true}");
    assertEquals(
        List.of(
            Mode.CLS, Mode.MAX, Mode.MEAN, Mode.MEAN_SQRT_LENGTH, Mode.WEIGHTED_MEAN, Mode.LAST),
        SentenceModules.of(folder).pooling().modes());
  }

  @Test
  void aNameCountsBeforeSwitches() throws IOException {
    pooling("{\"pooling_mode\": \"lasttoken\", \"pooling_mode_cls_token\": true}");
    assertEquals(List.of(Mode.LAST), SentenceModules.of(folder).pooling().modes());
  }

  @Test
  void lengthAndCaseAreTheTransformers() throws IOException {
    Files.writeString(
        folder.resolve("sentence_roberta_config.json"),
        "{\"max_seq_length\": 128, \"do_lower_case\": true}");
    assertEquals(
        new SentenceModules(Pooling.MEAN, OptionalInt.of(128), true), SentenceModules.of(folder));
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": null}");
    assertEquals(
        new SentenceModules(Pooling.MEAN, OptionalInt.empty(), false), SentenceModules.of(folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"pooling_mode\": \"median\"} | pooling_mode is 'median', which is not supported",
        "{\"pooling_mode\": [\"max\", \"cls\", \"max\"]} | pooling_mode names 'max' twice; name it"
            + " once",
        "{\"pooling_mode_median\": true} | pooling_mode_median is 'true', which is not supported",
        "{\"pooling_mode_cls_token\": 1} | pooling_mode_cls_token is '1', but must be true or"
            + " false",
        "[] | 'M/1_Pooling/config.json' is no JSON object"
      })
  void modesThatAreUnknownAreRefused(String config, String problem) throws IOException {
    pooling(config);
    assertTrue(problem().contains(problem), problem());
  }

  @Test
  void otherModulesAreRefused() throws IOException {
    pooling("{}");
    modules("Transformer", "Pooling", "Dense");
    assertEquals(
        "'M/modules.json': a module 'sentence_transformers.models.Dense' behind Pooling is not"
            + " supported; supported: Transformer, Pooling and Normalize, one behind the other",
        problem());
    modules("Transformer", "Normalize", "Pooling");
    assertTrue(problem().contains("Normalize' behind Transformer is not supported"), problem());
    modules("CLIPModel");
    assertTrue(problem().contains("CLIPModel' at the start is not supported"), problem());
    modules("Transformer");
    assertTrue(problem().contains("has no module Pooling"), problem());
  }

  @Test
  void poolingThatIsMissingIsRefused() throws IOException {
    modules("Transformer", "Pooling");
    assertTrue(problem().startsWith("'M/1_Pooling/config.json' is not there"), problem());
  }

  @Test
  void aPromptBeforeEveryTextIsRefused() throws IOException {
    Path file = folder.resolve("config_sentence_transformers.json");
    Files.writeString(file, "{\"prompts\": {\"q\": \"query: \"}, \"default_prompt_name\": null}");
    SentenceModules.of(folder);
    Files.writeString(file, "{\"prompts\": {\"q\": \"query: \"}, \"default_prompt_name\": \"q\"}");
    assertTrue(problem().contains("default_prompt_name is 'q', a prompt before"), problem());
  }
}
