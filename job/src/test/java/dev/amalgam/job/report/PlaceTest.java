package dev.amalgam.job.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceTest {

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, embedding, WHOLE",
    "model.layers.12.self_attn.q_proj.weight, 12, ATTENTION",
    "model.layers.0.mlp.down_proj.weight, 0, MLP",
    "model.layers.0.post_attention_layernorm.weight, 0, NORMS",
    "model.layers.1.self_attn.q_norm.weight, 1, NORMS",
    "model.norm.weight, final norm, WHOLE",
    "lm_head.weight, head, WHOLE",
    "h.3.ln_1.weight, 3, NORMS",
    "h.3.attn.c_proj.weight, 3, ATTENTION",
    "transformer.wte.weight, embedding, WHOLE",
    "ln_f.bias, final norm, WHOLE",
    "bert.embeddings.LayerNorm.weight, embedding, WHOLE",
    "bert.encoder.layer.5.attention.output.dense.weight, 5, ATTENTION",
    "bert.encoder.layer.5.output.dense.weight, 5, MLP",
    "bert.pooler.dense.weight, head, WHOLE",
    "layers.7, 7, WHOLE",
    "layers.7.attention, 7, ATTENTION",
    "layers.7.norms, 7, NORMS",
    "embedding, embedding, WHOLE",
    "final_norm, final norm, WHOLE",
    "model, model, WHOLE",
    "layers.7.strange, 7, OTHER",
    "layers.99999999999.mlp, other, WHOLE",
    "strange, other, WHOLE",
  })
  void namesTellPlaces(String name, String column, Place.Part part) {
    Place place = Place.of(name);
    assertEquals(column, place.column());
    assertEquals(part, place.part());
  }

  @Test
  void placesAreInTheOrderOfTheModel() {
    assertTrue(Place.ORDER.compare(Place.of("embed"), Place.of("h.0.mlp")) < 0);
    assertTrue(Place.ORDER.compare(Place.of("h.9.mlp"), Place.of("h.10.attn")) < 0);
    assertTrue(Place.ORDER.compare(Place.of("h.10.mlp"), Place.of("norm")) < 0);
  }
}
