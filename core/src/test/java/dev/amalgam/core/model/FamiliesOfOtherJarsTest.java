package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.weight.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FamiliesOfOtherJarsTest {

  private static final String OUTSIDE = "dev.amalgam.core.outside.";

  @TempDir private Path folder;

  private final Map<String, Object> config =
      new LinkedHashMap<>(
          Map.of(
              "model_type", "sandwich",
              "hidden_size", 8L,
              "intermediate_size", 12L,
              "num_hidden_layers", 2L,
              "num_attention_heads", 2L,
              "num_key_value_heads", 1L,
              "vocab_size", 10L,
              "attn_logit_softcapping", 1.5,
              "final_logit_softcapping", 3.0));

  private static RandomModel sandwich() {
    RandomModel model = new RandomModel().with("model.embed_tokens.weight", 10, 8);
    for (int layer = 0; layer < 2; layer++) {
      String name = "model.layers." + layer + ".";
      model
          .with(name + "input_layernorm.weight", 8)
          .with(name + "self_attn.q_proj.weight", 8, 8)
          .with(name + "self_attn.k_proj.weight", 4, 8)
          .with(name + "self_attn.v_proj.weight", 4, 8)
          .with(name + "self_attn.o_proj.weight", 8, 8)
          .with(name + "post_attention_layernorm.weight", 8)
          .with(name + "pre_feedforward_layernorm.weight", 8)
          .with(name + "mlp.gate_proj.weight", 12, 8)
          .with(name + "mlp.up_proj.weight", 12, 8)
          .with(name + "mlp.down_proj.weight", 8, 12)
          .with(name + "post_feedforward_layernorm.weight", 8);
    }
    return model.with("model.norm.weight", 8);
  }

  private Model build(Weights weights) {
    return ModelFamilies.build(
        new ModelSource(new ModelConfig("config.json", config), weights), Optional.empty());
  }

  private String refused() {
    String message =
        assertThrows(AmalgamException.class, () -> build(sandwich().weights())).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void aFamilyOfAnotherJarRunsForwardAndBackward() throws IOException {
    config.put("query_pre_attn_scalar", 4L);
    config.put("sliding_window", 3L);
    config.put("layer_types", List.of("sliding_attention", "full_attention"));
    try (OtherJar _ = new OtherJar(folder, "SandwichFamily")) {
      sandwich().checkGradients(this::build);
    }
  }

  @Test
  void aFamilyIsKnownAsLongAsItsJarIsThere() throws IOException {
    assertFalse(ModelFamilies.types().contains("sandwich"));
    assertTrue(refused().contains("model_type 'sandwich' cannot be run"));
    try (OtherJar _ = new OtherJar(folder, "SandwichFamily")) {
      assertTrue(ModelFamilies.types().contains("sandwich"));
      assertEquals(2, build(sandwich().weights()).layers().size());
    }
  }

  @Test
  void aFamilySaysItselfWhichKeysAreHarmless() throws IOException {
    config.put("filling", "cheese");
    try (OtherJar _ = new OtherJar(folder, "SandwichFamily")) {
      assertEquals(2, build(sandwich().weights()).layers().size());
      config.put("crust", "none");
      String message = refused();
      assertTrue(message.startsWith("config.json: key 'crust' is 'none', "), message);
    }
  }

  @Test
  void twoFamiliesOfOneTypeAreRefusedByTheirNames() throws IOException {
    try (OtherJar _ = new OtherJar(folder, "SandwichFamily", "SecondLlama")) {
      assertEquals(
          "there are two of the model family 'llama', dev.amalgam.core.model.Llama and "
              + OUTSIDE
              + "SecondLlama; remove the jar of one",
          refused());
    }
  }

  @Test
  void aJarForALaterJavaIsRefused() throws IOException {
    try (OtherJar _ = new OtherJar(folder, "SandwichFamily")) {
      Path file = folder.resolve(OUTSIDE.replace('.', '/') + "SandwichFamily.class");
      byte[] bytes = Files.readAllBytes(file);
      // The lower byte of the major version (JVMS 4.1).
      bytes[7] = (byte) 200;
      Files.write(file, bytes);
      String message = refused();
      assertTrue(message.contains("SandwichFamily") && message.contains("cannot be used"), message);
    }
  }

  @Test
  void aJarThatLacksItsFamilyIsRefused() throws IOException {
    try (OtherJar _ = new OtherJar(folder, "Missing")) {
      String message = refused();
      assertTrue(message.contains(OUTSIDE + "Missing"), message);
      assertTrue(message.contains("cannot be used"), message);
    }
  }
}
