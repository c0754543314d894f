package dev.amalgam.io.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.model.ModelPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What modules that are stored whole do to a base whose output head is its embedding. */
class TiedEmbeddingsTest {

  private static final String TIED =
      "{\"architectures\": [\"LlamaForCausalLM\"], \"tie_word_embeddings\": true}";
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  @TempDir Path root;

  private ModelPath make(String config, String saved, boolean tying, String... stored)
      throws IOException {
    Path base = Files.createDirectories(root.resolve("base"));
    Path adapter = Files.createDirectories(root.resolve("adapter"));
    if (!config.isEmpty()) {
      Files.writeString(base.resolve("config.json"), config);
    }
    Files.writeString(
        adapter.resolve(AdapterConfig.NAME),
        "{\"peft_type\": \"LORA\", \"modules_to_save\": %s, \"ensure_weight_tying\": %s}"
            .formatted(saved, tying));
    write(base.resolve("model.safetensors"), 1, EMBEDDING, "model.norm.weight");
    List<String> names = new ArrayList<>();
    for (String name : stored) {
      names.add("base_model.model." + name);
    }
    write(adapter.resolve(Adapter.TENSORS), 2, names.toArray(String[]::new));
    return new ModelPath(base, List.of(adapter));
  }

  private static void write(Path file, float value, String... names) throws IOException {
    List<TensorInfo> tensors = new ArrayList<>();
    Map<String, float[]> values = new HashMap<>();
    for (String name : names) {
      tensors.add(new TensorInfo(name, DType.F32, Shape.of(2, 1)));
      values.put(name, new float[] {value, value});
    }
    Tensors.write(file, DType.F32, tensors, values);
  }

  private static void assertTogether(ModelPath path) {
    try (StoredCheckpoint model = path.open()) {
      assertEquals(2, model.tensors().size());
      assertArrayEquals(new float[] {2, 2}, Tensors.read(model, EMBEDDING));
    }
  }

  private static void assertRefused(ModelPath path, String... parts) {
    String message = assertThrows(CheckpointException.class, path::open).getMessage();
    assertFalse(message.contains("\n"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void whatWasTrainedApartIsRefused() throws IOException {
    assertRefused(
        make(TIED, "[\"embed_tokens\"]", false, EMBEDDING),
        "tensor 'base_model.model.model.embed_tokens.weight' is stored whole (modules_to_save)",
        "tie_word_embeddings",
        "merge_and_unload",
        "ensure_weight_tying");
  }

  @Test
  void aHeadThatWasTrainedApartIsRefused() throws IOException {
    assertRefused(make(TIED, "[\"lm_head\"]", false, HEAD), "lm_head.weight' is stored whole");
  }

  @Test
  void whatWasTrainedTogetherStaysTogether() throws IOException {
    assertTogether(make(TIED, "[\"embed_tokens\"]", true, EMBEDDING));
  }

  @Test
  void theSecondCopyOfWhatIsTiedIsPassedOver() throws IOException {
    assertTogether(make(TIED, "[\"model.embed_tokens\"]", true, HEAD, EMBEDDING));
  }

  @Test
  void embeddingsThatPeftStoredOfItsOwnAccordStayTied() throws IOException {
    assertTogether(make(TIED, "null", false, HEAD, EMBEDDING));
  }

  @Test
  void aHeadWithoutItsEmbeddingIsRefused() throws IOException {
    assertRefused(
        make(TIED, "[\"lm_head\"]", true, HEAD),
        "lm_head.weight' is an output head",
        "which the adapter does not hold");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"architectures\": [\"LlamaForCausalLM\"], \"tie_word_embeddings\": false}",
        "{\"architectures\": [\"BertForSequenceClassification\"], \"tie_word_embeddings\": true}",
        "{\"architectures\": [\"LlamaModel\"]}"
      })
  void otherBasesTakeEitherOfThem(String config) throws IOException {
    assertTogether(make(config, "[\"embed_tokens\"]", false, EMBEDDING));
  }

  @Test
  void aConfigThatDoesNotSayMeansTiedWhereThereIsNoHead() throws IOException {
    assertRefused(
        make("{\"architectures\": [\"GPT2LMHeadModel\"]}", "[\"embed_tokens\"]", false, EMBEDDING),
        "is stored whole");
  }
}
