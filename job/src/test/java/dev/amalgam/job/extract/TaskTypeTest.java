package dev.amalgam.job.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.io.config.ConfigFile;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTypeTest {

  @ParameterizedTest
  @CsvSource({
    "LlamaForCausalLM, CAUSAL_LM",
    "GPT2LMHeadModel, CAUSAL_LM",
    "Gemma3ForConditionalGeneration, CAUSAL_LM",
    "BertForSequenceClassification, SEQ_CLS",
    "BertForTokenClassification, TOKEN_CLS",
    "BertForQuestionAnswering, QUESTION_ANS",
    "BertModel, FEATURE_EXTRACTION",
    "BertForMaskedLM, ",
  })
  void theArchitectureTellsTheTask(String architecture, String task) {
    assertEquals(
        Optional.ofNullable(task),
        TaskType.of(config("\"architectures\": [\"" + architecture + "\"]")));
  }

  @ParameterizedTest
  @CsvSource({"T5ForConditionalGeneration", "BartForConditionalGeneration"})
  void modelsOfTwoPartsGoFromSequenceToSequence(String architecture) {
    assertEquals(
        Optional.of("SEQ_2_SEQ_LM"),
        TaskType.of(
            config("\"is_encoder_decoder\": true, \"architectures\": [\"" + architecture + "\"]")));
  }

  @ParameterizedTest
  @CsvSource(
      value = {"\"architectures\": []", "\"model_type\": \"llama\""},
      delimiter = ';')
  void withoutAnArchitectureThereIsNone(String member) {
    assertEquals(Optional.empty(), TaskType.of(config(member)));
  }

  private static ConfigFile config(String members) {
    return ConfigFile.of(Path.of("config.json"), "{" + members + "}");
  }
}
