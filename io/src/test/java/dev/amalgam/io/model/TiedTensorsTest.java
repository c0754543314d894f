package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiedTensorsTest {

  @ParameterizedTest
  @CsvSource({
    "bert, BertForMaskedLM, cls.predictions.decoder.weight",
    "roberta, RobertaForMaskedLM, lm_head.decoder.weight",
    "xlm-roberta, XLMRobertaForMaskedLM, lm_head.decoder.weight",
    "xlm-roberta, XLMRobertaModel,",
    "xlm-roberta,,",
  })
  void theHeadOfAnEncoder(String type, String architecture, String head) {
    String named = architecture == null ? "" : ", \"architectures\": [\"" + architecture + "\"]";
    String config =
        "{\"model_type\": \"%s\", \"tie_word_embeddings\": true%s}".formatted(type, named);
    assertEquals(
        Optional.ofNullable(head).map(TiedTensors::new),
        TiedTensors.of(ConfigFile.of(Path.of("config.json"), config)));
  }
}
