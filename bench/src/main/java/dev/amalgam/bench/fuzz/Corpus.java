package dev.amalgam.bench.fuzz;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.recipe.RecipeFile;
import dev.amalgam.job.ExtractLoraJob;
import dev.amalgam.job.ImportanceJob;
import dev.amalgam.job.MergeJob;
import dev.amalgam.job.api.ExtractionSettings;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.ScoringSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Whole files of every kind that Amalgam reads, made from fixtures of its tests: a Llama {@code
 * base}, an {@code expert} in two shards with an index, an {@code adapter} of the two, a classifier
 * {@code bert}, {@code tokenizers}, examples, importance scores, and recipes about them.
 *
 * @param folder where they are
 * @param files their bytes by their path in the folder
 */
record Corpus(Path folder, SortedMap<String, byte[]> files) {

  private static final String EXAMPLES =
      """
      {"text": "one two three two one"}
      {"prompt": "three two", "completion": " one"}
      {"text": "one"}
      """;

  private static final String CLASSES =
      """
      {"text": "one two three", "label": 1}
      {"text": "two", "label": 0}
      """;

  private static final Map<String, String> RECIPES =
      Map.of(
          "linear",
          """
          merge_method: linear
          models:
            - {model: base, parameters: {weight: [0.2, 0.8]}}
            - {model: expert, parameters: {weight: [{filter: mlp, value: 0.1}, {value: 0.5}]}}
          dtype: bfloat16
          """,
          "ties",
          """
          merge_method: ties
          base_model: base
          models:
            - model: expert
              parameters: {weight: 0.5, density: 0.4}
            - model: base+adapter
              parameters: {weight: 0.5, density: 0.6}
          parameters: {lambda: 0.9, normalize: true}
          """,
          "slices",
          """
          merge_method: slerp
          base_model: base
          slices:
            - sources:
                - {model: base, layer_range: [0, 1]}
                - {model: expert, layer_range: [1, 2]}
              parameters: {t: [0.2, 0.8]}
            - sources: [{model: expert, layer_range: [0, 2]}]
          """,
          "stages",
          """
          name: first
          merge_method: dare_ties
          base_model: base
          models: [{model: expert}]
          parameters: {weight: 1, density: 0.5}
          ---
          merge_method: della
          base_model: base
          models: [{model: first}, {model: expert}]
          parameters: {weight: 0.4, density: 0.5, epsilon: 0.1}
          """,
          "union",
          """
          merge_method: linear
          models: [{model: base}, {model: expert}]
          parameters: {weight: 1}
          tokenizer:
            source: union
            tokens:
              one: {source: expert, force: true}
              two: {source: {kind: model_token, model: base, token: three}}
            pad_to_multiple_of: 8
          """,
          "fisher",
          """
          merge_method: fisher
          base_model: base
          models:
            - {model: expert, parameters: {examples: examples.jsonl}}
          parameters: {max_length: 16}
          """);

  /** Writes the files into a folder, from the fixtures below the folder of Amalgam's sources. */
  static Corpus make(Path sources, Path folder) throws IOException {
    write(sources, folder);
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (var found = Files.walk(folder)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return new Corpus(folder, files);
  }

  private static void write(Path root, Path folder) throws IOException {
    Path fixtures = root.resolve("io/src/test/resources");
    model(fixtures, "hf/llama", folder.resolve("base"));
    model(fixtures, "hf/bert-classifier", folder.resolve("bert"));
    Path changed = folder.resolve("changed");
    model(fixtures, "hf/llama", changed);
    Path tensors = changed.resolve("model.safetensors");
    Files.write(tensors, perturbed(Files.readAllBytes(tensors)));
    for (String style :
        new String[] {"bert-uncased", "llama3", "t5-unigram", "mistral-metaspace"}) {
      Path tokenizer = Files.createDirectories(folder.resolve("tokenizers/" + style));
      Files.copy(
          fixtures.resolve("tokenizers/" + style + "-style/tokenizer.json"),
          tokenizer.resolve("tokenizer.json"));
    }
    Files.writeString(folder.resolve("examples.jsonl"), EXAMPLES);
    Files.writeString(folder.resolve("classes.jsonl"), CLASSES);
    for (Map.Entry<String, String> recipe : RECIPES.entrySet()) {
      Files.writeString(folder.resolve(recipe.getKey() + ".yml"), recipe.getValue());
    }
    makeByJobs(folder, changed);
  }

  private static void model(Path fixtures, String model, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(fixtures.resolve(model).resolve(file), folder.resolve(file));
    }
    Files.copy(fixtures.resolve("words/tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]",
         "added_tokens_decoder": {"2": {"content": "[CLS]", "special": true}}, "model_max_length": 64}
        """);
  }

  /** Returns the file with the lower bits of each float32 in its second half changed. */
  private static byte[] perturbed(byte[] file) {
    SplittableRandom random = new SplittableRandom(1);
    byte[] result = file.clone();
    for (int at = file.length - 3; at > file.length / 2; at -= Float.BYTES) {
      result[at] ^= (byte) random.nextInt(256);
    }
    return result;
  }

  private static void makeByJobs(Path folder, Path changed) {
    Path base = folder.resolve("base");
    Path expert = folder.resolve("expert");
    MergeSettings sharded = new MergeSettings(42, 1, "safetensors", 60_000, false, false, false);
    String recipe = "merge_method: passthrough\nmodels: [{model: '%s'}]\n".formatted(changed);
    try (MergeJob job = MergeJob.prepare(RecipeFile.parse(recipe), expert, sharded)) {
      job.run(ProgressListener.NONE);
    }
    ExtractionSettings lowRank =
        new ExtractionSettings(2, 1, OptionalDouble.empty(), 42, false, false, false);
    ExtractLoraJob.run(expert, base, folder.resolve("adapter"), lowRank, 1, ProgressListener.NONE);
    Path examples = folder.resolve("examples.jsonl");
    try (ImportanceJob job =
        ImportanceJob.prepare(expert, base, examples, ScoringSettings.defaults().withThreads(1))) {
      job.run(folder.resolve("scores.safetensors"), ProgressListener.NONE);
    }
  }
}
