package dev.amalgam.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.name.NameMatch;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.model.ModelPath;
import dev.amalgam.job.api.Extraction;
import dev.amalgam.job.api.ExtractionSettings;
import dev.amalgam.job.extract.AdapterCard;
import dev.amalgam.job.extract.LoraExtractor;
import dev.amalgam.job.extract.TaskType;
import dev.amalgam.job.output.OutputFolder;
import dev.amalgam.job.output.OutputTarget;
import dev.amalgam.job.output.SmallFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes a low-rank adapter of the difference between a fine-tuned model and its base. */
public final class ExtractLoraJob {

  private static final String CONFIG = "adapter_config.json";

  private ExtractLoraJob() {}

  /**
   * Writes the adapter's folder, which appears when it is complete, and returns what is in it.
   *
   * @param expert the fine-tuned model
   * @param base the model that it was fine-tuned from
   * @param output the folder to write; it must not exist yet
   * @param threads the number of worker threads, at least 1; the adapter does not depend on it
   * @throws CheckpointException if the models cannot be read, do not go together or do not differ,
   *     or the folder cannot be written
   */
  public static Extraction run(
      Path expert,
      Path base,
      Path output,
      ExtractionSettings settings,
      int threads,
      ProgressListener progress) {
    ModelPath before = ModelPath.of(base);
    List<Path> needed = new ArrayList<>(before.all());
    needed.addAll(ModelPath.of(expert).all());
    OutputTarget target = new OutputTarget(output, false, needed);
    target.check();
    try (StoredCheckpoint baseModel = before.open();
        StoredCheckpoint expertModel = ModelPath.of(expert).open()) {
      LoraExtractor extractor =
          new LoraExtractor(
              baseModel,
              NameMatch.in(baseModel, expertModel),
              family(before),
              ModelPath.of(expert).findConfig().flatMap(TaskType::of),
              settings);
      try (OutputFolder folder = OutputFolder.create(target);
          Engine engine = new Engine(threads, Kernels.get())) {
        LoraExtractor.Result result = extractor.write(folder.path(), engine, progress);
        SmallFiles files = new SmallFiles(folder.path(), false);
        files.write(CONFIG, result.config());
        files.write(AdapterCard.FILE, AdapterCard.of(base.toString(), result.extraction()));
        folder.finish();
        return result.extraction();
      }
    }
  }

  private static String family(ModelPath base) {
    return base.findConfig().flatMap(read -> read.string("model_type")).orElse("");
  }

  /** Returns what an adapter holds as a JSON object. */
  public static String json(Extraction extraction) {
    ObjectNode root = Json.object();
    var tensors = root.putArray("tensors");
    for (Extraction.Factored tensor : extraction.factored()) {
      ObjectNode node = tensors.addObject().put("name", tensor.tensor());
      var shape = node.putArray("shape");
      for (long dimension : tensor.shape().toArray()) {
        shape.add(dimension);
      }
      node.put("rank", tensor.rank());
      node.put("norm", Math.sqrt(tensor.squaredNorm()));
      node.put("energy", tensor.energy());
    }
    root.put("energy", extraction.energy());
    extraction.saved().forEach(root.putArray("saved")::add);
    extraction.leftOut().forEach(root.putArray("left_out")::add);
    return Json.write(root);
  }
}
