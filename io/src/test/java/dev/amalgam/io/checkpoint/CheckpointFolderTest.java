package dev.amalgam.io.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {

  private static final String ONE = "model-00001-of-00002.safetensors";
  private static final String TWO = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  @Test
  void aFolderWithOneFileOpens() {
    Path file = Models.shard(folder.resolve("model.safetensors"), "b", "a");
    try (var model = CheckpointFolder.open(folder)) {
      assertEquals(List.of("a", "b"), names(model));
      assertEquals(List.of(file), model.files());
      assertEquals(Optional.empty(), model.indexFile());
      assertEquals(folder, model.path());
      assertEquals(folder.toString(), model.name());
      assertEquals(Map.of("format", "pt"), model.metadata());
    }
  }

  @Test
  void aSingleFileOpensWhateverItsName() {
    Path file = Models.shard(folder.resolve("expert.safetensors"), "a");
    try (var model = CheckpointFolder.open(file)) {
      assertEquals(List.of("a"), names(model));
      assertEquals(List.of(file), model.files());
    }
  }

  @Test
  void aShardedFolderOpensAndReadsEachTensorFromItsShard() throws IOException {
    Models.shard(folder.resolve(ONE), "b", "c");
    Models.shard(folder.resolve(TWO), "a");
    index("\"a\":\"" + TWO + "\",\"b\":\"" + ONE + "\",\"c\":\"" + ONE + "\"");
    try (var model = CheckpointFolder.open(folder)) {
      assertEquals(List.of("b", "c", "a"), names(model));
      for (TensorInfo tensor : model.tensors()) {
        assertEquals(Optional.of(tensor), model.find(tensor.name()));
        assertArrayEquals(Models.data(tensor), Models.read(model, tensor));
      }
      assertEquals(List.of(folder.resolve(ONE), folder.resolve(TWO)), model.files());
      assertEquals(Optional.of(folder.resolve("model.safetensors.index.json")), model.indexFile());
    }
  }

  @Test
  void aSingleFileWinsOverAnIndexAsInTransformers() throws IOException {
    Models.shard(folder.resolve("model.safetensors"), "single");
    index("\"a\":\"absent.safetensors\"");
    try (var model = CheckpointFolder.open(folder)) {
      assertEquals(List.of("single"), names(model));
    }
  }

  @Test
  void anUnknownTensorIsAnError() {
    Models.shard(folder.resolve("model.safetensors"), "a");
    try (var model = CheckpointFolder.open(folder);
        Arena arena = Arena.ofConfined()) {
      assertEquals(Optional.empty(), model.find("b"));
      String message =
          assertThrows(CheckpointException.class, () -> model.read("b", 0, arena.allocate(1)))
              .getMessage();
      assertTrue(message.endsWith("has no tensor 'b'"), message);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void linksAreFollowedAsTheHubsCacheNeeds() throws IOException {
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/1"));
    Models.shard(blobs.resolve("4f2a"), "a");
    Files.createSymbolicLink(snapshot.resolve(ONE), Path.of("../../blobs/4f2a"));
    Files.writeString(
        blobs.resolve("77aa"), "{\"metadata\":{},\"weight_map\":{\"a\":\"" + ONE + "\"}}");
    Files.createSymbolicLink(
        snapshot.resolve("model.safetensors.index.json"), Path.of("../../blobs/77aa"));
    try (var model = CheckpointFolder.open(snapshot)) {
      assertEquals(List.of("a"), names(model));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void linksToNothingAreNamed() throws IOException {
    Files.createSymbolicLink(folder.resolve("model.safetensors"), Path.of("absent"));
    refused(folder, "model.safetensors': it is a link to a file that does not exist");
    Files.delete(folder.resolve("model.safetensors"));
    Files.createSymbolicLink(folder.resolve(ONE), Path.of("absent"));
    index("\"a\":\"" + ONE + "\"");
    refused(folder, "which has 1 tensor, is a link to a file that does not exist");
  }

  @Test
  void aPathWhereNothingIs() {
    refused(folder.resolve("meta-llama"), "There is no ", "hf download");
  }

  @Test
  void anEmptyFolder() {
    refused(
        folder,
        "has neither model.safetensors nor model.safetensors.index.json; the folder is empty");
  }

  @Test
  void aFolderWithWeightsInAnotherFormat() throws IOException {
    Files.createFile(folder.resolve("pytorch_model.bin"));
    Files.createFile(folder.resolve("config.json"));
    refused(
        folder,
        "there is 'config.json', 'pytorch_model.bin'; weights in another format must be converted",
        "safe_serialization=True");
  }

  @Test
  void aFolderWithManyOtherFiles() throws IOException {
    for (int i = 0; i < 15; i++) {
      Files.createFile(folder.resolve("file" + i));
    }
    refused(folder, " and 5 more; give the folder that holds");
  }

  @Test
  void aFolderWithAnAdapter() {
    Models.shard(folder.resolve("adapter_model.safetensors"), "a");
    refused(folder, "merge_and_unload");
    refused(folder, "BASE+ADAPTER");
  }

  @Test
  void aFolderWithASafetensorsFileOfAnotherName() {
    Models.shard(folder.resolve("consolidated.safetensors"), "a");
    refused(folder, "'consolidated.safetensors'; to use one of its safetensors files, give that");
  }

  @Test
  void aFileOfAnotherFormat() throws IOException {
    refused(
        Files.createFile(folder.resolve("m.gguf")),
        "is not a .safetensors file; GGUF weights are mostly quantized, so take the safetensors"
            + " that they were made from, or load them in transformers (from_pretrained(folder,"
            + " gguf_file='m.gguf'))");
    refused(Files.createFile(folder.resolve("m.pt")), "save_pretrained");
    refused(Files.createFile(folder.resolve("m.txt")), "give a model's folder");
    refused(index("\"a\":\"x\""), "give the folder that it is in");
  }

  private Path index(String entries) throws IOException {
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + entries + "}}");
  }

  private static List<String> names(CheckpointFolder model) {
    return model.tensors().stream().map(TensorInfo::name).toList();
  }

  private static void refused(Path path, String... problems) {
    String message =
        assertThrows(CheckpointException.class, () -> CheckpointFolder.open(path)).getMessage();
    for (String problem : problems) {
      assertTrue(message.contains(problem), message);
    }
  }
}
