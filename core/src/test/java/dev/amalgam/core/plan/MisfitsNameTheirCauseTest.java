package dev.amalgam.core.plan;

import static dev.amalgam.core.plan.Planning.WEIGHT;
import static dev.amalgam.core.plan.Planning.assertRefused;
import static dev.amalgam.core.plan.Planning.model;

import dev.amalgam.core.recipe.Recipe.Missing;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MisfitsNameTheirCauseTest {

  private static RecipeBuilder linear(Missing missing) {
    return new RecipeBuilder("linear").model("a", WEIGHT).model("b", WEIGHT).missing(missing);
  }

  private static void assertSays(String part, Checkpoint a, Checkpoint b) {
    assertRefused(CheckpointException.class, List.of(part), linear(Missing.ERROR), null, a, b);
  }

  @Test
  void numbersOfLayersAreCounted() {
    assertSays(
        "b has 2 layers against 4 of a; merge models of equally many layers",
        model("a", "h.0.w", "h.1.w", "h.2.w", "h.3.w"),
        model("b", "h.0.w", "h.1.w"));
  }

  @Test
  void anAdapterAmongTheModelsIsSeen() {
    assertSays(
        "part of a LoRA adapter; name the model that it was made for",
        model("a", "h.0.w"),
        model("b", "h.0.w", "h.0.w.lora_A.weight"));
  }

  @Test
  void aQuantizedModelIsSeenByWhatStandsBesideItsWeights() {
    assertSays(
        "part of a quantized weight; dequantize",
        model("a", "h.0.q.weight"),
        model("b", "h.0.q.weight", "h.0.q.weight_scale_inv"));
  }

  @ParameterizedTest
  @EnumSource
  void aModelThatSharesAlmostNothingIsNeverMerged(Missing missing) {
    assertRefused(
        CheckpointException.class,
        List.of(
            "b has only 0 of 3 tensors in common with a",
            "its names are like 'transformer.h.0.w', those of a like 'model.layers.0.q'"),
        linear(missing),
        null,
        model("a", "model.embed", "model.layers.0.q", "model.layers.0.k"),
        model("b", "wte", "transformer.h.0.w", "transformer.h.0.v"));
  }

  @ParameterizedTest
  @EnumSource
  void norOneThatSharesItsSmallTensorsAlone(Missing missing) {
    assertRefused(
        CheckpointException.class,
        List.of("b has only 2 of 3 tensors in common with a"),
        linear(missing),
        null,
        model("a", "h.0.norm", "h.1.norm").with("h.0.q", DType.F32, Shape.of(9), new float[9]),
        model("b", "h.0.norm", "h.1.norm").with("h.0.p", DType.F32, Shape.of(9), new float[9]));
  }

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, 3, 2, 4, 2, vocabularies of 4 and 3 tokens; say 'tokenizer_source",
    "lm_head.weight, 3, 2, 4, 2, vocabularies of 4 and 3 tokens; say 'tokenizer_source",
    "model.embed_tokens.weight, 3, 2, 3, 4, hidden sizes of 4 and 2; merge models of one size",
    "h.0.mlp.c_fc.weight, 3, 2, 2, 3, looks like the other transposed",
    "embeddings.position_embeddings.weight, 5, 2, 4, 2, different numbers of positions",
    "classifier.weight, 3, 2, 4, 2, different numbers of classes",
    "layers.0.self_attn.k_proj.weight, 3, 2, 6, 2, different numbers of key-value heads",
    "layers.0.self_attn.q_proj.weight, 3, 2, 6, 2, different numbers or sizes of attention heads",
    "layers.0.mlp.up_proj.weight, 4, 8, 4, 4, may be a quantized weight",
    "layers.0.mlp.up_proj.weight, 4, 8, 5, 8, different sizes; merge models of one architecture",
  })
  void shapesTellWhatDiffers(
      String name, int rows, int columns, int otherRows, int otherColumns, String cause) {
    assertSays(cause, matrix("a", name, rows, columns), matrix("b", name, otherRows, otherColumns));
  }

  private static Checkpoint matrix(String model, String name, int rows, int columns) {
    return new MemoryCheckpoint(model)
        .with(name, DType.F32, Shape.of(rows, columns), new float[rows * columns]);
  }
}
