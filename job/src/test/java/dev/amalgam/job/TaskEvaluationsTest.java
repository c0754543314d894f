package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.TaskResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskEvaluationsTest {

  private static final Path MODELS = Path.of("../io/src/test/resources/hf");

  @TempDir Path root;
  private Path expert;
  private Path data;

  @BeforeEach
  void makeModels() throws IOException {
    expert = copy("expert", "bert-classifier");
    data =
        Files.writeString(
            root.resolve("data.jsonl"), "{\"text\": \"one two three\", \"label\": \"LABEL_2\"}\n");
  }

  private Path copy(String name, String model) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODELS.resolve(model).resolve(file), folder.resolve(file));
    }
    WordTokenizer.write(folder.resolve("tokenizer.json"));
    return folder;
  }

  /** The classifier's weights under a config of an encoder that has no head. */
  private Path headless(String name) throws IOException {
    Path folder = copy(name, "bert-classifier");
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("BertForSequenceClassification", "BertModel"));
    return folder;
  }

  private TaskResults results(Path base, Path merged) {
    TaskEvaluations evaluations =
        new TaskEvaluations(
            base,
            List.of(expert),
            List.of(merged),
            List.of(data),
            EvalSettings.defaults().withThreads(1));
    evaluations.check(ProgressListener.NONE);
    return evaluations.results(List.of("expert", "merged"), ProgressListener.NONE);
  }

  @Test
  void withoutExpertsAModelHasItsOwnHeadAndABaseWithoutOneIsNotAsked() throws IOException {
    TaskEvaluations evaluations =
        new TaskEvaluations(
            headless("base"),
            List.of(),
            List.of(expert),
            List.of(data),
            EvalSettings.defaults().withThreads(1));
    evaluations.check(ProgressListener.NONE);
    TaskResults results = evaluations.results(List.of("model"), ProgressListener.NONE);
    assertEquals(Double.NaN, results.losses()[0][0]);
    assertEquals(Evaluations.run(expert, data).loss(), results.losses()[1][0]);
  }

  @Test
  void modelsWithoutAHeadHaveTheExperts() throws IOException {
    double loss = Evaluations.run(expert, data).loss();
    TaskResults results = results(headless("base"), headless("merged"));
    assertEquals(List.of("base", "expert", "merged"), results.models());
    assertEquals(List.of("data.jsonl"), results.files());
    for (double[] row : results.losses()) {
      assertArrayEquals(new double[] {loss}, row);
    }
  }

  @Test
  void aMergedModelKeepsAHeadOfItsOwn() throws IOException {
    Path merged = copy("merged", "bert-classifier");
    WholeFile.overwrite(merged.resolve("model.safetensors"), "classifier.bias", 50);
    double own = Evaluations.run(merged, data).loss();
    TaskResults results = results(headless("base"), merged);
    assertEquals(own, results.losses()[2][0]);
    // The same weights as a base's: classes are the expert's.
    TaskResults swapped = results(merged, headless("other"));
    assertEquals(swapped.losses()[1][0], swapped.losses()[0][0]);
  }
}
