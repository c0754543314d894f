package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Merges by examples that do not say what is right: texts for classifiers, prompts alone. */
class UnlabelledMergeTest {

  private static final Path HF = Path.of("../io/src/test/resources/hf");
  private static final Path FAMILY = Path.of("../examples/tiny-llama").toAbsolutePath().normalize();
  private static final List<String> TEXTS =
      List.of("one two three", "two one", "three three one", "two three two one", "three", "two");

  @TempDir Path root;

  private void models(String name) throws IOException {
    byte[] base = Files.readAllBytes(HF.resolve(name).resolve("model.safetensors"));
    for (int i = 0; i < 3; i++) {
      Path folder = Files.createDirectories(root.resolve(List.of("base", "x", "y").get(i)));
      Files.copy(
          HF.resolve(name).resolve("config.json"),
          folder.resolve("config.json"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.write(folder.resolve("model.safetensors"), i == 0 ? base : FloatTensors.moved(base, i));
      WordTokenizer.write(folder.resolve("tokenizer.json"));
    }
  }

  private void texts(String format) throws IOException {
    StringBuilder lines = new StringBuilder();
    TEXTS.forEach(text -> lines.append(format.formatted(text)).append('\n'));
    Files.writeString(root.resolve("texts.jsonl"), lines.toString());
  }

  private List<String> merge(String method, String out, int threads, String parameters)
      throws IOException {
    Path recipe =
        Files.writeString(
            root.resolve("recipe.yml"),
            """
            merge_method: %s
            base_model: base
            models:
              - {model: x, parameters: {examples: texts.jsonl}}
              - {model: y, parameters: {examples: texts.jsonl}}
            parameters: {%s}
            """
                .formatted(method, parameters));
    return merge(recipe, out, threads);
  }

  private List<String> merge(Path recipe, String out, int threads) {
    var settings = new MergeSettings(1, threads, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, root.resolve(out), settings)) {
      job.run(ProgressListener.NONE);
      return job.choices();
    }
  }

  private byte[] tensors(String out) throws IOException {
    return Files.readAllBytes(root.resolve(out).resolve("model.safetensors"));
  }

  private void assertRepaired(List<String> choices) {
    String kept =
        choices.stream().filter(line -> line.startsWith("keeps")).findFirst().orElseThrow();
    List<Double> shares =
        Pattern.compile("-?\\d+\\.\\d+")
            .matcher(kept)
            .results()
            .map(m -> Double.valueOf(m.group()))
            .toList();
    assertTrue(shares.getFirst() >= shares.getLast(), kept);
    assertTrue(shares.getFirst() > 0 && shares.getFirst() < 1, kept);
  }

  @ParameterizedTest
  @CsvSource({
    "bert-classifier, 'steps: 10, texts: 3, density: 0.7'",
    "bert-classifier, 'repair: false'",
    "bert-classifier, 'steps: 3, start: located, interference: true'",
    "bert-mlm, 'steps: 10, texts: 3, density: 1'"
  })
  void textsAloneAreEnough(String name, String parameters) throws IOException {
    models(name);
    texts("{\"text\": \"%s\"}");
    List<String> choices = merge("apl", "one", 1, parameters);
    assertEquals(choices, merge("apl", "two", 2, parameters));
    assertArrayEquals(tensors("one"), tensors("two"));
    assertFalse(Arrays.equals(tensors("base"), tensors("one")));
    assertRepaired(choices);
  }

  @Test
  void promptsAloneAreEnough() throws IOException {
    StringBuilder recipe = new StringBuilder("merge_method: apl\nbase_model: ");
    recipe.append(FAMILY.resolve("base")).append("\nmodels:\n");
    for (String expert : List.of("math", "java")) {
      StringBuilder prompts = new StringBuilder();
      List<String> lines = Files.readAllLines(FAMILY.resolve("data/" + expert + ".fewshot.jsonl"));
      lines.subList(0, 6).forEach(line -> prompts.append(line.replaceFirst("text", "prompt")));
      Path file = root.resolve(expert + ".jsonl");
      Files.writeString(file, prompts.toString().replace("}{", "}\n{"));
      recipe.append(
          "  - {model: %s, parameters: {examples: %s}}\n".formatted(FAMILY.resolve(expert), file));
    }
    recipe.append("parameters: {max_length: 24, texts: 2, steps: 4, density: 0.5}\n");
    List<String> choices =
        merge(Files.writeString(root.resolve("recipe.yml"), recipe.toString()), "out", 2);
    assertRepaired(choices);
  }

  private String refused(String method) {
    String message =
        assertThrows(AmalgamException.class, () -> merge(method, "out", 1, "lambda: 1"))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains("texts.jsonl"), message);
    return message;
  }

  @Test
  void filesOfBothKindsAreRefused() throws IOException {
    models("bert-classifier");
    texts("{\"text\": \"%s\"}");
    Path file = root.resolve("texts.jsonl");
    String texts = Files.readString(file);
    String labelled = "{\"text\": \"one\", \"label\": 1}\n";
    Files.writeString(file, labelled + texts);
    assertTrue(
        refused("apl").contains("example 2 does not say what is right, and those before it do"));
    Files.writeString(file, texts + labelled);
    assertTrue(refused("apl").contains("example 7 says what is right, and those before it do not"));
  }

  @Test
  void whoNeedsLabelsSaysSo() throws IOException {
    models("bert-classifier");
    texts("{\"text\": \"%s\"}");
    assertTrue(refused("fisher").contains("line 1: it has no label; a classifier needs"));
    models("bert-mlm");
    assertTrue(refused("regmean").contains("give it .safetensors with input_ids and labels"));
  }

  @Test
  void atTheExpertThereIsNoGradient() throws IOException {
    models("bert-classifier");
    texts("{\"text\": \"%s\"}");
    String message =
        assertThrows(
                AmalgamException.class,
                () -> merge("apl", "out", 1, "repair: false, point: expert"))
            .getMessage();
    assertTrue(message.contains("whose gradient at the expert is zero"), message);
  }
}
