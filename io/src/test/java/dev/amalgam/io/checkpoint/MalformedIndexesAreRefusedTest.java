package dev.amalgam.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedIndexesAreRefusedTest {

  @TempDir Path folder;

  @Test
  void indexThatIsNotJson() throws IOException {
    refused("", "there is no JSON in it");
    refused("{\"weight_map\":{", "it is not JSON");
    refused("weights", "it is not JSON");
    refused("[]", "the whole must be an object, not a list");
    refused("{\"weight_map\":{\"a\":\"a.safetensors\"}} {}", "something follows the end");
  }

  @Test
  void indexThatIsNotUtf8() throws IOException {
    Files.write(index(), "{\"é\":1}".getBytes(StandardCharsets.ISO_8859_1));
    refused("it is not UTF-8");
  }

  @Test
  void indexWithoutWeightMap() throws IOException {
    refused("{\"metadata\":{\"total_size\":1}}", "weight_map is missing");
    refused("{\"weight_map\":{}}", "weight_map is empty");
  }

  @Test
  void weightMapOfTheWrongTypes() throws IOException {
    refused("{\"weight_map\":[]}", "weight_map must be an object, not a list");
    refused("{\"weight_map\":{\"a\":1}}", "tensor 'a': the shard's name must be a string, not '1'");
    refused("{\"weight_map\":{\"a\":null}}", "must be a string, not 'null'");
  }

  @Test
  void keysThatOccurTwice() throws IOException {
    refused("{\"weight_map\":{},\"weight_map\":{}}", "weight_map occurs twice");
    refused(
        "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}}",
        "tensor 'a': it occurs twice");
  }

  @Test
  void nestingThatWouldExhaustTheStack() throws IOException {
    refused("{\"metadata\":" + "[".repeat(1_000_000), "it exceeds what is accepted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/model.safetensors",
        "../model.safetensors",
        "..\\\\model.safetensors",
        "\\\\\\\\server\\\\share\\\\model.safetensors",
        "C:\\\\model.safetensors",
        "C:model.safetensors",
        "shards/model.safetensors",
        "shards/../../model.safetensors",
        "..",
        ".",
        "",
        "model.bin",
        "model.safetensors\\u0000",
        "mo\\u0000del.safetensors",
        "model.safetensors:stream.safetensors"
      })
  void shardNamesThatAreNotPlainFileNames(String name) throws IOException {
    String message =
        refused("{\"weight_map\":{\"a\":\"" + name + "\"}}", "tensor 'a': the shard's name '");
    assertTrue(message.contains("only names of .safetensors files in the index's own"), message);
  }

  @Test
  void shardThatIsMissing() throws IOException {
    Models.shard(folder.resolve("x.safetensors"), "a");
    refused(
        "{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\",\"c\":\"y.safetensors\"}}",
        "the shard 'y.safetensors', which has 2 tensors, is missing; the download is incomplete");
  }

  @Test
  void shardThatIsMalformed() throws IOException {
    Files.writeString(folder.resolve("x.safetensors"), "nonsense!");
    refused("{\"weight_map\":{\"a\":\"x.safetensors\"}}", "it is no safetensors file, or damaged");
  }

  @Test
  void tensorThatItsShardLacks() throws IOException {
    Models.shard(folder.resolve("x.safetensors"), "a");
    refused(
        "{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"x.safetensors\"}}",
        "tensor 'b': it is not in the shard 'x.safetensors', which the index says it is in");
  }

  @Test
  void tensorThatTheIndexLacks() throws IOException {
    Models.shard(folder.resolve("x.safetensors"), "a", "b");
    refused(
        "{\"weight_map\":{\"a\":\"x.safetensors\"}}",
        "tensor 'b': it is in the shard 'x.safetensors', but not in the index");
  }

  @Test
  void tensorInAnotherShardThanTheIndexSays() throws IOException {
    Models.shard(folder.resolve("x.safetensors"), "a", "b");
    Models.shard(folder.resolve("y.safetensors"), "c");
    refused(
        "{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\",\"c\":\"y.safetensors\"}}",
        "tensor 'b': it is in the shard 'x.safetensors', but the index says 'y.safetensors'");
  }

  @Test
  void tensorInTwoShards() throws IOException {
    Models.shard(folder.resolve("x.safetensors"), "a", "b");
    Models.shard(folder.resolve("y.safetensors"), "b");
    refused(
        "{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}}",
        "tensor 'b': it is in two shards, 'x.safetensors' and 'y.safetensors'");
  }

  private Path index() {
    return folder.resolve("model.safetensors.index.json");
  }

  private String refused(String index, String problem) throws IOException {
    Files.writeString(index(), index);
    return refused(problem);
  }

  private String refused(String problem) {
    String message =
        assertThrows(CheckpointException.class, () -> CheckpointFolder.open(folder)).getMessage();
    assertTrue(message.contains(problem), message);
    assertEquals(1, message.lines().count());
    return message;
  }
}
