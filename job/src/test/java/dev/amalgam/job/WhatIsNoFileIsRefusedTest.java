package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links to nothing, pipes, folders and broken files where a model should have a file. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class WhatIsNoFileIsRefusedTest {

  private static final String RECIPE =
      """
      merge_method: linear
      models:
      - {model: a, parameters: {weight: 1}}
      """;

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root).recipe(RECIPE);
  }

  private Path remove(String name) throws IOException {
    Path file = root.resolve("a").resolve(name);
    Files.deleteIfExists(file);
    return file;
  }

  private static void pipe(Path file) throws IOException {
    try {
      assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void isRefused(Path file, String why) throws IOException {
    merge.changesNothing(
        () -> {
          String message = merge.refused();
          assertTrue(message.startsWith("Cannot read '" + file + "': " + why), message);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "vocab.txt", "generation_config.json", "config.json"})
  void aLinkToNothing(String name) throws IOException {
    Path file = Files.createSymbolicLink(remove(name), Path.of("gone"));
    isRefused(file, "it is a link to a file that does not exist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"LICENSE", "x.tiktoken", "chat_templates", "1_Pooling", "2_Dense/config.json"})
  void aLinkToNothingAmongFilesThatNoListNames(String name) throws IOException {
    Files.writeString(root.resolve("a/modules.json"), "[{\"path\": \"1_Pooling\"}]");
    Files.createDirectory(root.resolve("a/2_Dense"));
    isRefused(
        Files.createSymbolicLink(root.resolve("a").resolve(name), Path.of("gone")),
        "it is a link to a file that does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "tokenizer.model", "config.json", "model.safetensors"})
  void aPipe(String name) throws IOException {
    Path file = remove(name);
    pipe(file);
    isRefused(file, "it is no file but a pipe, a socket or a device");
  }

  @Test
  void aPipeInPlaceOfAShard() throws IOException {
    remove("model.safetensors");
    Path shard = remove("model-00001-of-00001.safetensors");
    Files.writeString(
        remove("model.safetensors.index.json"),
        "{\"weight_map\": {\"x\": \"" + shard.getFileName() + "\"}}");
    pipe(shard);
    isRefused(shard, "it is no file but a pipe, a socket or a device");
  }

  @Test
  void aPipeInPlaceOfTheIndex() throws IOException {
    remove("model.safetensors");
    Path index = remove("model.safetensors.index.json");
    pipe(index);
    isRefused(index, "it is no file but a pipe, a socket or a device");
  }

  @Test
  void aDevice() throws IOException {
    Path file = Files.createSymbolicLink(remove("model.safetensors"), Path.of("/dev/zero"));
    isRefused(file, "it is no file but a pipe, a socket or a device");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "special_tokens_map.json", "config.json"})
  void aFolder(String name) throws IOException {
    isRefused(Files.createDirectory(remove(name)), "it is a folder, not a file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''        | ' is empty; the file is damaged'
          {broken   | ', line 1, column 2: it is not JSON: '
          {"a": [1} | ', line 1, column 9: it is not JSON: '
          [1]       | ' is no JSON object; the file is damaged'
          """)
  void aCompanionThatIsBroken(String text, String why) throws IOException {
    for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Path file = root.resolve("a").resolve(name);
      String whole = Files.readString(file);
      Files.writeString(file, text);
      merge.changesNothing(
          () -> {
            String message = merge.refused();
            assertTrue(message.startsWith("'" + file + "'" + why), message);
          });
      Files.writeString(file, whole);
    }
  }

  @Test
  void aCompanionThatIsTooLarge() throws IOException {
    Path file = root.resolve("a/vocab.txt");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    assertEquals(
        "'"
            + file
            + "' has 3072 MiB, and such a file never has more than 512; remove it, or download it"
            + " again",
        merge.refused());
  }

  @Test
  void aConfigWithAByteOrderMarkIsRead() throws IOException {
    Path config = root.resolve("a/config.json");
    String text = Files.readString(config);
    Files.writeString(config, "\uFEFF" + text);
    merge.merge();
    assertEquals(text, Files.readString(merge.out.resolve("config.json")));
  }
}
