package merging;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.recipe.RecipeBuilder;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.recipe.RecipeFile;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.job.EvalJob;
import dev.amalgam.job.ImportanceJob;
import dev.amalgam.job.MergeJob;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.ImportanceSummary;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.OutputFile;
import dev.amalgam.job.api.ScoringSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What docs/library.md shows. Arguments: the folder examples/tiny-llama, a file of examples for
 * language models, and a folder for what is made.
 */
public final class MergeFromJava {

  private MergeFromJava() {}

  public static void main(String[] arguments) {
    Path models = Path.of(arguments[0]);
    Path data = Path.of(arguments[1]);
    Path made = Path.of(arguments[2]);
    try {
      mergeByFile(models.resolve("ties.yml"), made.resolve("by-file"));
      mergeByText(models, made.resolve("by-text"));
      mergeByCode(models, made.resolve("by-code"));
      float[] norm = read(made.resolve("by-code/model.safetensors"), "model.norm.weight");
      System.out.println("the final norm starts with " + norm[0]);
      evaluate(made.resolve("by-code"), data);
      score(models, data, made.resolve("math.safetensors"));
    } catch (AmalgamException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  static void mergeByFile(Path recipe, Path out) {
    try (MergeJob job = MergeJob.prepare(recipe, out, MergeSettings.defaults())) {
      job.summary().warnings().forEach(System.err::println);
      for (OutputFile file : job.run(ProgressListener.NONE)) {
        System.out.println(file.name() + " " + file.bytes() + " " + file.sha256().orElseThrow());
      }
    }
  }

  static void mergeByText(Path models, Path out) {
    RecipeFile recipe =
        RecipeFile.parse(
            """
            merge_method: slerp
            base_model: %1$s/base
            models:
            - model: %1$s/base
            - model: %1$s/math
            parameters: {t: 0.4}
            """
                .formatted(models));
    try (MergeJob job = MergeJob.prepare(recipe, out, MergeSettings.defaults())) {
      job.run(ProgressListener.NONE);
    }
  }

  static void mergeByCode(Path models, Path out) {
    Recipe recipe =
        new RecipeBuilder("ties")
            .base(models + "/base")
            .model(models + "/math", Map.of("weight", 0.5, "density", 0.5))
            .model(models + "/java", Map.of("weight", 0.5, "density", List.of(0.3, 0.7)))
            .parameter("lambda", 0.8)
            .dtype(DType.BF16)
            .build();
    MergeSettings settings = MergeSettings.defaults().withThreads(2).withoutHashes();
    try (MergeJob job = MergeJob.prepare(RecipeFile.of(recipe), out, settings)) {
      job.run(new Tenths());
    }
  }

  /** Prints every tenth of a phase. Calls come from any thread. */
  static final class Tenths implements ProgressListener {

    private String phase;
    private long total;
    private long done;

    @Override
    public synchronized void started(String newPhase, long bytes) {
      phase = newPhase;
      total = bytes;
      done = 0;
    }

    @Override
    public synchronized void advanced(long bytes) {
      long before = 10 * done / total;
      done += bytes;
      if (10 * done / total > before) {
        System.out.println(phase + ": " + done + " of " + total + " bytes");
      }
    }
  }

  static float[] read(Path file, String tensor) {
    try (SafetensorsFile checkpoint = SafetensorsFile.open(file)) {
      return new CheckpointWeights(checkpoint).read(tensor);
    }
  }

  static void evaluate(Path model, Path data) {
    EvalSettings settings = EvalSettings.defaults().withMaxLength(32);
    try (EvalJob job = EvalJob.prepare(model, data, settings, ProgressListener.NONE)) {
      Evaluation evaluation = job.run(ProgressListener.NONE);
      System.out.println("loss " + evaluation.loss() + ", accuracy " + evaluation.accuracy());
    }
  }

  static void score(Path models, Path data, Path out) {
    ScoringSettings settings =
        ScoringSettings.defaults()
            .with(ImportanceSettings.defaults().at(Level.TENSOR))
            .withExamples(4);
    try (ImportanceJob job =
        ImportanceJob.prepare(models.resolve("math"), models.resolve("base"), data, settings)) {
      ImportanceSummary summary = job.run(out, ProgressListener.NONE);
      summary.scores().forEach((name, score) -> System.out.println(name + " " + score));
    }
  }
}
