package dev.amalgam.job.extract;

import dev.amalgam.io.config.ConfigFile;
import java.util.Optional;

/** What PEFT calls the task of a model ({@code task_type}), by which it finds the class to load. */
public final class TaskType {

  private TaskType() {}

  /**
   * Returns the task of the first of a config's {@code architectures}, if PEFT has a word for it.
   */
  public static Optional<String> of(ConfigFile config) {
    return config
        .values()
        .architecture()
        .map(name -> of(name, config.boolValue("is_encoder_decoder").orElse(false)));
  }

  private static String of(String architecture, boolean encoderDecoder) {
    if (architecture.endsWith("ForSequenceClassification")) {
      return "SEQ_CLS";
    }
    if (architecture.endsWith("ForTokenClassification")) {
      return "TOKEN_CLS";
    }
    if (architecture.endsWith("ForQuestionAnswering")) {
      return "QUESTION_ANS";
    }
    if (encoderDecoder) {
      return "SEQ_2_SEQ_LM";
    }
    if (architecture.endsWith("ForCausalLM")
        || architecture.endsWith("LMHeadModel")
        || architecture.endsWith("ForConditionalGeneration")) {
      return "CAUSAL_LM";
    }
    return architecture.endsWith("Model") ? "FEATURE_EXTRACTION" : null;
  }
}
