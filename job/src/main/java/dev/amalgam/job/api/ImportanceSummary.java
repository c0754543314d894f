package dev.amalgam.job.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.layer.ExpertUse;
import dev.amalgam.io.importance.SidecarMetadata;
import dev.amalgam.io.json.Json;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What came out of an importance job.
 *
 * @param file the sidecar
 * @param metadata how the scores came about
 * @param tokens the number of tokens of all examples
 * @param experts how many experts the layers' mixtures have together
 * @param unchosenExperts how many of them no token chose, so that their scores are zero
 * @param partitions how many partitions were scored
 * @param scores for each tensor, or group of tensors, the mean signed score of all its elements:
 *     the loss that it is estimated to save
 */
public record ImportanceSummary(
    Path file,
    SidecarMetadata metadata,
    long tokens,
    int experts,
    int unchosenExperts,
    long partitions,
    Map<String, Double> scores) {

  /** Returns the summary of scores that are in a sidecar. */
  public static ImportanceSummary of(
      Path file, SidecarMetadata metadata, long tokens, ExpertUse use, ImportanceScores scores) {
    Map<String, Double> means = new LinkedHashMap<>();
    scores
        .exampleScores()
        .forEach((name, values) -> means.put(name, Arrays.stream(values).average().orElseThrow()));
    long count = scores.partitions().counts().values().stream().mapToLong(Long::longValue).sum();
    return new ImportanceSummary(
        file, metadata, tokens, use.experts(), use.unchosen(), count, means);
  }

  /** Returns this as a JSON object. */
  public String json() {
    ObjectNode root = Json.object();
    root.put("file", file.toString());
    root.put("level", metadata.level().word());
    root.put("estimator", metadata.estimator().name().toLowerCase(Locale.ROOT));
    root.put("aggregate", metadata.aggregate().name().toLowerCase(Locale.ROOT));
    root.put("examples", metadata.examples());
    root.put("tokens", tokens);
    if (experts > 0) {
      root.put("experts", experts);
      root.put("unchosen_experts", unchosenExperts);
    }
    root.put("partitions", partitions);
    root.put("base_loss", metadata.baseLoss());
    root.put("expert_loss", metadata.expertLoss());
    ObjectNode means = root.putObject("scores");
    scores.forEach(means::put);
    return Json.write(root);
  }
}
