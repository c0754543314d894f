package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompanionFilesTest {

  @TempDir Path folder;

  private Path file(String name, long bytes) throws IOException {
    Path path = folder.resolve(name);
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(bytes);
    }
    return path;
  }

  @Test
  void tensorsAreNoCompanionsAndMayBeOfAnySize() throws IOException {
    file("model.safetensors", 1L << 40);
    Path vocabulary = file("words.tiktoken", 10);
    Path licence = file("LICENSE", 10);
    assertEquals(List.of(vocabulary), CompanionFiles.ofTokenizer(folder));
    assertEquals(List.of(licence), CompanionFiles.ofModel(folder));
  }

  @Test
  void aVocabularyThatNoModelHasIsRefusedByName() throws IOException {
    Path vocabulary = file("words.tiktoken", 1L << 40);
    String message =
        assertThrows(CheckpointException.class, () -> CompanionFiles.ofTokenizer(folder))
            .getMessage();
    assertTrue(message.contains(vocabulary.getFileName().toString()), message);
  }

  @Test
  void theCurrentFolderHasModules() throws IOException {
    Path zip = folder.resolve("model.zip");
    // A file system whose current folder can be filled.
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path here = files.getPath(".");
      Path list = here.resolve(CompanionFiles.MODULES);
      Files.writeString(list, "[{\"path\": \"1_Pooling\"}]");
      Files.createDirectory(here.resolve("1_Pooling"));
      Path config = Files.writeString(here.resolve("1_Pooling/config.json"), "{}");
      assertEquals(List.of(list, config), CompanionFiles.ofModel(here));
    }
  }

  @Test
  void tensorsOfAModuleThatNoModelHasAreRefusedByName() throws IOException {
    Files.writeString(folder.resolve(CompanionFiles.MODULES), "[{\"path\": \"2_Dense\"}]");
    Files.createDirectory(folder.resolve("2_Dense"));
    Path tensors = file("2_Dense/model.safetensors", 1L << 40);
    String message =
        assertThrows(CheckpointException.class, () -> CompanionFiles.ofModel(folder)).getMessage();
    assertTrue(message.contains(tensors.toString()), message);
  }
}
