package dev.amalgam.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.run.Comparison;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.run.TensorDifference;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.model.ModelPath;
import java.nio.file.Path;
import java.util.List;

/** A comparison of two checkpoints on disk. */
public final class DiffJob {

  private DiffJob() {}

  /**
   * Returns how {@code second} differs from {@code first}.
   *
   * @param threads the number of worker threads, at least 1; the result does not depend on it
   */
  public static Comparison compare(
      Path first, Path second, int threads, ProgressListener progress) {
    try (StoredCheckpoint a = ModelPath.of(first).open();
        StoredCheckpoint b = ModelPath.of(second).open()) {
      return Comparison.of(a, b, threads, Kernels.warmingUp(), progress);
    }
  }

  /** Returns a comparison as a JSON object; what is no finite number is null. */
  public static String json(Comparison comparison) {
    ObjectNode root = Json.object();
    var tensors = root.putArray("tensors");
    comparison
        .tensors()
        .forEach(
            difference -> {
              ObjectNode node = tensors.addObject().put("name", difference.tensor().name());
              putNumbers(node, difference);
            });
    putNumbers(root.putObject("total"), comparison.total());
    putNames(root, "only_in_a", comparison.onlyInFirst());
    putNames(root, "only_in_b", comparison.onlyInSecond());
    putNames(root, "not_comparable", comparison.incomparable());
    return Json.write(root);
  }

  private static void putNumbers(ObjectNode node, TensorDifference difference) {
    node.put("elements", difference.tensor().shape().elements());
    putFinite(node, "norm", difference.norm());
    putFinite(node, "relative_norm", difference.relativeNorm());
    putFinite(node, "cosine", difference.cosine());
    node.put("changed", difference.changed());
    node.put("changed_fraction", difference.changedFraction());
  }

  private static void putFinite(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }

  private static void putNames(ObjectNode node, String key, List<String> names) {
    var array = node.putArray(key);
    names.forEach(array::add);
  }
}
