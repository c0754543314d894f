package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods that run models want experts whose tokens are numbered as the base's. */
class ExpertTokenizersTest {

  private static final Path MODEL = Path.of("../io/src/test/resources/embedders/bert-switches");

  @TempDir Path root;

  @BeforeEach
  void makeModels() throws IOException {
    byte[] base = Files.readAllBytes(MODEL.resolve("model.safetensors"));
    for (String name : new String[] {"base", "x"}) {
      Path folder = Files.createDirectories(root.resolve(name));
      Files.copy(MODEL.resolve("config.json"), folder.resolve("config.json"));
      Files.write(
          folder.resolve("model.safetensors"),
          name.equals("x") ? FloatTensors.moved(base, 1) : base);
      WordTokenizer.write(folder.resolve("tokenizer.json"));
    }
    Files.writeString(
        root.resolve("texts.jsonl"),
        "{\"text\": \"one two\"}\n"
            + "{\"text\": \"three\"}\n"
            + "{\"text\": \"two\"}\n"
            + "{\"text\": \"one\"}\n");
  }

  private Path file(String name) {
    return root.resolve("x").resolve(name);
  }

  private void merge(String expert) throws IOException {
    run(
        "merged",
        """
        merge_method: apl
        base_model: base
        models: [{model: %s, parameters: {examples: texts.jsonl}}]
        parameters: {lambda: 1, steps: 1}
        """
            .formatted(expert));
  }

  private void run(String out, String recipe) throws IOException {
    Path file = Files.writeString(root.resolve("recipe.yml"), recipe);
    MergeSettings settings = MergeSettings.defaults().withThreads(1);
    try (MergeJob job = MergeJob.prepare(file, root.resolve(out), settings)) {
      job.run(ProgressListener.NONE);
    }
  }

  private String refused() {
    String message = assertThrows(AmalgamException.class, () -> merge("x")).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(
        message.contains("merge_method passthrough, base_model 'base' and tokenizer_source base"),
        message);
    return message;
  }

  @Test
  void tokensUnderOtherIdsAreRefusedAndTheCureCures() throws IOException {
    String words = Files.readString(file("tokenizer.json"));
    String swapped = words.replace("\"one\": 4", "\"one\": 5").replace("\"two\": 5", "\"two\": 4");
    assertFalse(swapped.equals(words));
    Files.writeString(file("tokenizer.json"), swapped);
    String message = refused();
    assertTrue(
        message.contains(
            "x/tokenizer.json' does not number tokens as '"
                + root.resolve("base/tokenizer.json")
                + "' does: token 'one' has id 5, not 4"),
        message);
    run(
        "y",
        "merge_method: passthrough\n"
            + "base_model: base\n"
            + "models: [{model: x}]\n"
            + "tokenizer_source: base\n");
    merge("y");
    assertTrue(Files.exists(root.resolve("merged")));
  }

  @Test
  void vocabulariesOfOtherSizesAreRefused() throws IOException {
    String config = Files.readString(file("config.json"));
    Files.writeString(
        file("config.json"), config.replace("\"vocab_size\": 20", "\"vocab_size\": 21"));
    String message = refused();
    assertTrue(message.contains("x/config.json' has a vocab_size of 21, and '"), message);
    assertTrue(message.contains("base/config.json' of 20"), message);
  }

  @Test
  void tokensThatOnlyOneHasDoNoHarm() throws IOException {
    String words = Files.readString(file("tokenizer.json"));
    Files.writeString(
        file("tokenizer.json"), words.replace("\"one\": 4", "\"four\": 7, \"one\": 4"));
    merge("x");
    assertTrue(Files.exists(root.resolve("merged")));
  }
}
