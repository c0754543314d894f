package dev.amalgam.io.lora;

import static dev.amalgam.io.lora.Tensors.FIXTURES;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongAdaptersAreRefusedTest {

  @TempDir Path root;
  private Path config;
  private Path tensors;

  @BeforeEach
  void copyAdapter() throws IOException {
    config = root.resolve(AdapterConfig.NAME);
    tensors = root.resolve(Adapter.TENSORS);
    Files.copy(FIXTURES.resolve("plain").resolve(AdapterConfig.NAME), config);
    Files.copy(FIXTURES.resolve("plain").resolve(Adapter.TENSORS), tensors);
  }

  private String refused() {
    return refused(FIXTURES.resolve("base"));
  }

  private String refused(Path base) {
    ModelPath path = new ModelPath(base, List.of(root));
    String message = assertThrows(CheckpointException.class, path::open).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private void assertRefused(String... parts) {
    String message = refused();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  private void set(String key, String json) throws IOException {
    ObjectNode edited = (ObjectNode) Json.read(config, 1 << 20);
    edited.set(key, Json.parse(json));
    Files.writeString(config, Json.write(edited));
  }

  /** Writes the adapter's tensors again, under other names; an empty name leaves one out. */
  private void rename(UnaryOperator<String> names) throws IOException {
    List<TensorInfo> renamed = new ArrayList<>();
    Map<String, float[]> values = new HashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
      for (TensorInfo tensor : file.tensors()) {
        String name = names.apply(tensor.name());
        if (!name.isEmpty()) {
          renamed.add(new TensorInfo(name, tensor.dtype(), tensor.shape()));
          values.put(name, Tensors.read(file, tensor.name()));
        }
      }
    }
    Files.delete(tensors);
    Tensors.write(tensors, DType.F32, renamed, values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peft_type | \"IA3\" | peft_type is 'IA3'",
        "use_dora | true | use_dora is 'true', and DoRA is not supported",
        "lora_bias | true | lora_bias is 'true'",
        "layer_replication | [[0, 1]] | layer_replication is '[[0,1]]'",
        "alora_invocation_tokens | [1, 2] | activated LoRA is not supported",
        "trainable_token_indices | [3] | trainable_token_indices is '[3]'",
        "target_parameters | [\"experts\"] | target_parameters is '[\"experts\"]'",
        "use_bdlora | {\"nblocks\": 2} | block-diagonal LoRA is not supported",
        "kasa_config | {\"beta\": 1} | KaSA is not supported",
        "use_swirl | true | key 'use_swirl' is 'true', which this version does not know",
        "swirl_config | {\"a\": 1} | remove the key if it does not change what the adapter"
            + " computes",
        "bias | \"some\" | bias is 'some', which is none of none, all, lora_only",
        "init_lora_weights | \"pissa_niter_4\" | changes the base as well",
        "r | 0 | r is '0'",
        "r | 1e99 | r is '1.0E99'",
        "lora_alpha | \"x\" | lora_alpha is",
        "lora_alpha | NaN | lora_alpha is",
        "r | 4 | are not of rank 4 as adapter_config.json says",
        "rank_pattern | {\"c_attn\": 2.5} | are not of rank 2.5",
        "rank_pattern | {\"(\": 2} | cannot be used",
        "rank_pattern | [1] | is no object",
        "alpha_pattern | {\"c_attn\": \"a\"} | is no number"
      })
  void settingsThatCannotBeUsed(String key, String value, String problem) throws IOException {
    set(key, value);
    assertRefused(root.toString(), problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "use_dora | false",
        "layer_replication | []",
        "use_swirl | false",
        "swirl_config | null",
        "swirl_pattern | {}",
        "peft_version | \"0.99\"",
        "lora_dropout | 0.5",
        "qalora_group_size | 16",
        "velora_config | {\"rank\": 1}",
        "bias | \"all\""
      })
  void settingsThatChangeNothing(String key, String value) throws IOException {
    set(key, value);
    new ModelPath(FIXTURES.resolve("base"), List.of(root)).open().close();
  }

  @Test
  void aFolderWithoutAdapter() throws IOException {
    Files.delete(tensors);
    assertRefused("is no adapter, because it has no adapter_model.safetensors");
    Files.writeString(root.resolve("adapter_model.bin"), "");
    assertRefused("save it again with PEFT");
  }

  @Test
  void aTensorForNothingInTheBase() throws IOException {
    rename(name -> name.replace("layers.1", "layers.2"));
    assertRefused("is for 'model.layers.2.c_attn.weight'", "does not have");
  }

  @Test
  void aFactorWithoutPartner() throws IOException {
    rename(name -> name.endsWith("0.c_proj.lora_A.weight") ? "" : name);
    assertRefused("has no partner", "0.c_proj.lora_A.weight");
  }

  @Test
  void aTensorOfAnotherKindOfAdapter() throws IOException {
    rename(
        name ->
            name.endsWith("1.c_proj.lora_B.weight")
                ? ""
                : name.replace("1.c_proj.lora_A.weight", "1.c_proj.lora_magnitude_vector"));
    assertRefused("lora_magnitude_vector' belongs to no supported kind of LoRA");
  }

  @Test
  void aTensorThatNoModuleSaved() throws IOException {
    rename(name -> name.contains("1.c_proj") ? name.replace("c_proj.lora_", "extra.") : name);
    assertRefused("extra.A.weight", "does not have");
  }

  @Test
  void factorsOfAnotherShape() throws IOException {
    rename(
        name -> name.replace("c_attn", "c_x").replace("c_proj", "c_attn").replace("c_x", "c_proj"));
    assertRefused("do not fit 'model.layers.0.c_attn.weight' of shape [12, 8]");
  }

  @Test
  void aSquareWeightWhereTheOrientationIsInDoubt() throws IOException {
    String message = refused(FIXTURES.resolve("base-conv1d"));
    assertTrue(message.contains("may or may not be transposed"), message);
  }

  @Test
  void aQuantizedBase() throws IOException {
    Path base = Files.createDirectories(root.resolve("base"));
    try (SafetensorsFile file = SafetensorsFile.open(FIXTURES.resolve("base/model.safetensors"))) {
      Map<String, float[]> values = new HashMap<>();
      file.tensors().forEach(t -> values.put(t.name(), Tensors.read(file, t.name())));
      Tensors.write(base.resolve("model.safetensors"), DType.F8_E4M3, file.tensors(), values);
    }
    String message = refused(base);
    assertTrue(message.contains("F8_E4M3, and adapters are added to weights"), message);
  }
}
