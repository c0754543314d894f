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

  /** As {@code AutoConfig.for_model(type).tie_word_embeddings} of transformers 5.18 says. */
  @ParameterizedTest
  @CsvSource({
    "llama, false",
    "mixtral, false",
    "qwen3_moe, false",
    "granitemoe, false",
    "olmo2, false",
    "phi3, false",
    "glm4, false",
    "gpt_neox, false",
    "gptj, false",
    "stablelm, false",
    "gemma2, true",
    "smollm3, true",
    "starcoder2, true",
    "cohere2, true",
    "falcon, true",
    "opt, true",
    "gpt2, true"
  })
  void whereAConfigIsSilentItsFamilySays(String type, boolean tied) {
    String config = "{\"model_type\": \"%s\"}".formatted(type);
    assertEquals(tied, TiedTensors.isTied(ConfigFile.of(Path.of("config.json"), config)));
  }
}
