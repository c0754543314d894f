package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTensorsTest {

  private final MemoryCheckpoint model = new MemoryCheckpoint("m");

  private TokenTensorsTest with(String tensor, long... shape) {
    return with(tensor, DType.F32, shape);
  }

  private TokenTensorsTest with(String tensor, DType dtype, long... shape) {
    Shape all = Shape.of(shape);
    model.with(tensor, dtype, all, new byte[(int) dtype.bytes(all.elements())]);
    return this;
  }

  private List<String> found(String type) {
    TokenTensors tensors = TokenTensors.find(model, Optional.ofNullable(type)).orElseThrow();
    assertEquals(5, tensors.rows());
    return tensors.all().stream().map(TensorInfo::name).toList();
  }

  private String refused(String type) {
    return assertThrows(
            CheckpointException.class, () -> TokenTensors.find(model, Optional.ofNullable(type)))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "llama, model.embed_tokens.weight, lm_head.weight",
    "qwen2, embed_tokens.weight, lm_head.weight",
    "gpt2, transformer.wte.weight, lm_head.weight",
    "gpt2, wte.weight, lm_head.weight",
    "bert, bert.embeddings.word_embeddings.weight, cls.predictions.decoder.weight",
    "roberta, roberta.embeddings.word_embeddings.weight, lm_head.decoder.weight",
    "gpt_neox, gpt_neox.embed_in.weight, embed_out.weight",
    "gemma2, model.embed_tokens.weight, lm_head.weight",
    "llava, language_model.model.embed_tokens.weight, language_model.lm_head.weight",
    ", model.embed_tokens.weight, lm_head.weight"
  })
  void embeddingsAndHeadsAreKnownByTheirNames(String type, String embedding, String head) {
    with(embedding, 5, 2).with(head, 5, 2).with("layers.0.lm_head.weight", 3, 2);
    assertEquals(List.of(embedding, head), found(type));
  }

  @Test
  void headsOfMaskedLanguageModelsHaveBiases() {
    with("bert.embeddings.word_embeddings.weight", 5, 2)
        .with("bert.embeddings.position_embeddings.weight", 5, 2)
        .with("cls.predictions.bias", 5)
        .with("cls.predictions.transform.dense.bias", 5)
        .with("cls.predictions.decoder.bias", 5);
    assertEquals(
        List.of(
            "bert.embeddings.word_embeddings.weight",
            "cls.predictions.bias",
            "cls.predictions.decoder.bias"),
        found("bert"));
  }

  @Test
  void aModelWithoutAnEmbeddingHasNone() {
    with("w", 5, 2).with("lm_head.weight", 5, 2);
    assertTrue(TokenTensors.find(model, Optional.of("llama")).isEmpty());
  }

  @Test
  void differentNumbersOfRowsAreRefused() {
    with("model.embed_tokens.weight", 5, 2).with("lm_head.weight", 6, 2);
    assertEquals(
        "'m': tensor 'lm_head.weight' has shape [6, 2], but 'model.embed_tokens.weight' has 5 rows;"
            + " a model has equally many tokens everywhere",
        refused("llama"));
  }

  @Test
  void inUnknownFamiliesATensorOfAsManyRowsWithAnotherNameIsRefused() {
    with("model.embed_tokens.weight", 5, 2).with("decoder.weight", 3, 2);
    assertEquals(List.of("model.embed_tokens.weight"), found("new"));
    with("final_logits_bias", 1, 5);
    assertEquals(List.of("model.embed_tokens.weight"), found("llama"));
    assertTrue(
        refused("new")
            .startsWith(
                "'m': tensor 'final_logits_bias' has shape [1, 5], so it may be numbered by tokens"
                    + " as 'model.embed_tokens.weight' is, but its name is not known; "));
  }

  @Test
  void integersCannotBeRearranged() {
    with("model.embed_tokens.weight", DType.I8, 5, 2);
    assertTrue(refused("llama").contains(" holds I8, whose rows cannot be rearranged; "));
  }

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, true",
    "language_model.lm_head.weight, true",
    "transformer.wpe.weight, true",
    "roberta.embeddings.position_embeddings.weight, true",
    "gpt_neox.embed_out.weight, true",
    "classifier.weight, false",
    "model.layers.0.mlp.up_proj.weight, false",
    "decoder.layers.0.output.weight, false"
  })
  void lookupsAreKnownByTheirNamesAlone(String name, boolean lookup) {
    assertEquals(lookup, TokenTensors.isLookup(name));
  }
}
