package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.ExtractionSettings;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.MergeSummary;
import dev.amalgam.job.api.ScoringSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models that are one another's by all but the names of their tensors. */
class NamesThatDifferTest {

  private static final Path BERT = Path.of("../io/src/test/resources/hf/bert-classifier");
  private static final String HEAD = "classifier.";

  /** What tools make of names. */
  enum Naming {
    COMPILED(name -> "_orig_mod." + name),
    DISTRIBUTED(name -> "module." + name),
    ADAPTED(name -> "base_model.model." + name),
    LAYERS_COMPILED(name -> name.replaceFirst("(layer\\.\\d+\\.)", "$1_orig_mod.")),
    BARE(name -> name.replaceFirst("^bert\\.", "")),
    TENSORFLOW(
        name ->
            name.replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta"));

    private final UnaryOperator<String> names;

    Naming(UnaryOperator<String> names) {
      this.names = names;
    }
  }

  @TempDir Path root;

  @BeforeEach
  void makeModels() throws IOException {
    RenamedModel.make(BERT, root.resolve("expert"), name -> name);
    RenamedModel.make(BERT, root.resolve("base"), name -> name.startsWith(HEAD) ? null : name);
    Path base = root.resolve("base/model.safetensors");
    WholeFile.overwrite(base, "bert.pooler.dense.weight", 3);
    WholeFile.overwrite(base, "bert.encoder.layer.0.output.LayerNorm.weight", -2);
    for (String model : List.of("base", "expert")) {
      Files.deleteIfExists(root.resolve(model).resolve("tokenizer.json"));
      WordTokenizer.write(root.resolve(model).resolve("tokenizer.json"));
    }
    Files.writeString(
        root.resolve("data.jsonl"),
        """
        {"text": "one two three", "label": 0}
        {"text": "two one", "label": 2}
        {"text": "three two", "label": 1}
        """);
  }

  private void rename(String model, String copy, Naming naming) throws IOException {
    RenamedModel.make(root.resolve(model), root.resolve(copy), naming.names);
  }

  private String recipe(String method, String base, String expert, String more) {
    return """
    merge_method: %s
    base_model: %s
    models: [{model: %s}]
    %s
    """
        .formatted(method, base, expert, more);
  }

  private String arithmetic(String base, String expert) {
    return recipe("task_arithmetic", base, expert, "heads: expert\nparameters: {weight: 0.5}\n");
  }

  private Path merge(String recipe, String out) throws IOException {
    Path file = Files.writeString(root.resolve(out + ".yml"), recipe);
    var settings = new MergeSettings(1, 2, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(file, root.resolve(out), settings)) {
      job.run(ProgressListener.NONE);
    }
    return root.resolve(out);
  }

  private static void assertSameTensors(Path expected, Path actual) throws IOException {
    assertArrayEquals(
        Files.readAllBytes(expected.resolve("model.safetensors")),
        Files.readAllBytes(actual.resolve("model.safetensors")));
  }

  @ParameterizedTest
  @EnumSource
  void anExpertIsMergedByTheNamesOfItsBase(Naming naming) throws IOException {
    rename("expert", "renamed", naming);
    assertSameTensors(
        merge(arithmetic("base", "expert"), "plain"), merge(arithmetic("base", "renamed"), "out"));
  }

  @ParameterizedTest
  @EnumSource
  void theOutputHasTheNamesOfTheBase(Naming naming) throws IOException {
    rename("base", "renamed", naming);
    String heads = "heads: none\nparameters: {weight: 0.5}\n";
    Path plain = merge(recipe("task_arithmetic", "base", "expert", heads), "plain");
    RenamedModel.make(plain, root.resolve("expected"), naming.names);
    WholeFile expected = WholeFile.read(root.resolve("expected/model.safetensors"));
    WholeFile actual =
        WholeFile.read(
            merge(recipe("task_arithmetic", "renamed", "expert", heads), "out")
                .resolve("model.safetensors"));
    assertEquals(expected.shapes(), actual.shapes());
    expected.bytes().forEach((name, bytes) -> assertArrayEquals(bytes, actual.bytes().get(name)));
  }

  @Test
  void thePlanAndTheProvenanceSayWhatIsRenamed() throws IOException {
    rename("expert", "renamed", Naming.COMPILED);
    Path file = Files.writeString(root.resolve("r.yml"), arithmetic("base", "renamed"));
    MergeSummary plan = MergeJob.check(file, 1);
    assertEquals(1, plan.renamings().size());
    String words = plan.renamings().getFirst().words();
    assertTrue(words.contains("'_orig_mod.bert.embeddings."), words);
    assertTrue(words.contains("' as 'bert.embeddings."), words);
    Path record = merge(arithmetic("base", "renamed"), "out").resolve("amalgam.json");
    var renamed = Json.read(record, 1 << 20).path("renamed").path(0);
    assertTrue(renamed.path("from").textValue().startsWith("_orig_mod.bert."));
    assertTrue(renamed.path("to").textValue().startsWith("bert."));
    assertTrue(renamed.path("tensors").intValue() > 20);
    Path plain = merge(arithmetic("base", "expert"), "plain").resolve("amalgam.json");
    assertTrue(Json.read(plain, 1 << 20).path("renamed").isMissingNode());
  }

  @Test
  void strictNamesRefuseIt() throws IOException {
    rename("expert", "renamed", Naming.DISTRIBUTED);
    String recipe = arithmetic("base", "renamed") + "names: strict\n";
    String message = assertThrows(AmalgamException.class, () -> merge(recipe, "out")).getMessage();
    assertTrue(message.contains("tensor 'module.bert."), message);
    assertTrue(message.contains("say 'names: match'"), message);
    merge(arithmetic("base", "expert") + "names: strict\n", "plain");
  }

  @Test
  void rowsAreMergedByTokenAsEver() throws IOException {
    Path tokenizer = root.resolve("expert/tokenizer.json");
    Files.writeString(
        tokenizer,
        Files.readString(tokenizer).replace("\"one\": 4, \"two\": 5", "\"two\": 4, \"one\": 5"));
    rename("expert", "renamed", Naming.COMPILED);
    Path plain = merge(arithmetic("base", "expert") + "tokenizer_source: expert\n", "plain");
    String recipe = arithmetic("base", "renamed").replace("heads: expert", "heads: renamed");
    Path out = merge(recipe + "tokenizer_source: renamed\n", "out");
    assertSameTensors(plain, out);
  }

  @Test
  void theResultOfAStageIsRenamedToo() throws IOException {
    rename("base", "other", Naming.TENSORFLOW);
    String last = recipe("task_arithmetic", "base", "mix", "parameters: {weight: 0.25}\n");
    String more = "heads: none\nparameters: {weight: 0.5}\n";
    Path plain =
        merge(
            "name: mix\n" + recipe("task_arithmetic", "base", "expert", more) + "---\n" + last,
            "plain");
    Path out =
        merge(
            "name: mix\n" + recipe("task_arithmetic", "other", "expert", more) + "---\n" + last,
            "out");
    assertSameTensors(plain, out);
  }

  @ParameterizedTest
  @EnumSource
  void modelsRunWhateverTheirNames(Naming naming) throws IOException {
    rename("expert", "renamed", naming);
    Evaluation expected = Evaluations.run(root.resolve("expert"), root.resolve("data.jsonl"));
    Evaluation actual = Evaluations.run(root.resolve("renamed"), root.resolve("data.jsonl"));
    assertEquals(expected.loss(), actual.loss());
  }

  @Test
  void evidenceIsGatheredByTheNamesOfTheBase() throws IOException {
    rename("expert", "renamed", Naming.COMPILED);
    rename("base", "other", Naming.TENSORFLOW);
    String more = "heads: expert\nparameters: {examples: data.jsonl, examples_limit: 3}\n";
    Path plain = merge(recipe("fisher", "base", "expert", more), "plain");
    assertSameTensors(plain, merge(recipe("fisher", "base", "renamed", more), "out"));
    Path other = merge(recipe("fisher", "other", "renamed", more), "to-other");
    RenamedModel.make(plain, root.resolve("expected"), Naming.TENSORFLOW.names);
    WholeFile expected = WholeFile.read(root.resolve("expected/model.safetensors"));
    WholeFile actual = WholeFile.read(other.resolve("model.safetensors"));
    expected.bytes().forEach((name, bytes) -> assertArrayEquals(bytes, actual.bytes().get(name)));
  }

  @Test
  void importanceIsTheSame() throws IOException {
    rename("expert", "renamed", Naming.BARE);
    for (String expert : List.of("expert", "renamed")) {
      try (ImportanceJob job =
          ImportanceJob.prepare(
              root.resolve(expert),
              root.resolve("base"),
              root.resolve("data.jsonl"),
              ScoringSettings.defaults())) {
        job.run(root.resolve(expert + ".safetensors"), ProgressListener.NONE);
      }
    }
    WholeFile expected = WholeFile.read(root.resolve("expert.safetensors"));
    WholeFile actual = WholeFile.read(root.resolve("renamed.safetensors"));
    assertEquals(expected.shapes().keySet(), actual.shapes().keySet());
    expected.bytes().forEach((name, bytes) -> assertArrayEquals(bytes, actual.bytes().get(name)));
  }

  @Test
  void anExtractedAdapterIsTheSame() throws IOException {
    rename("expert", "renamed", Naming.ADAPTED);
    var settings = new ExtractionSettings(2, 1, OptionalDouble.empty(), 42, false, false, false);
    for (String expert : List.of("expert", "renamed")) {
      ExtractLoraJob.run(
          root.resolve(expert),
          root.resolve("base"),
          root.resolve(expert + "-lora"),
          settings,
          1,
          ProgressListener.NONE);
    }
    assertArrayEquals(
        Files.readAllBytes(root.resolve("expert-lora/adapter_model.safetensors")),
        Files.readAllBytes(root.resolve("renamed-lora/adapter_model.safetensors")));
  }
}
