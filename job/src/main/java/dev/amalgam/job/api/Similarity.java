package dev.amalgam.job.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.io.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * How well the cosines of a model's embeddings agree with what is said of pairs of texts.
 *
 * @param tokens the number of tokens of all texts
 * @param spearman Spearman's rank correlation of cosines and scores, equals sharing the mean of
 *     their ranks; NaN if it is undefined
 * @param pearson Pearson's correlation of the two; NaN if it is undefined
 * @param cut how many texts were longer than allowed, and lost their end
 * @param perExample the pairs in their order
 */
public record Similarity(
    long tokens, double spearman, double pearson, long cut, List<PairResult> perExample)
    implements EvaluationResult {

  /** Copies the list. */
  public Similarity {
    perExample = List.copyOf(perExample);
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (cut > 0) {
      warnings.add(
          cut + " of " + 2L * perExample.size() + " texts were too long and were cut at their end");
    }
    long broken = perExample.stream().filter(pair -> !Double.isFinite(pair.cosine())).count();
    if (broken > 0) {
      warnings.add(
          "the cosine of %d of %d pairs is no finite number, which says that the weights are broken"
              .formatted(broken, perExample.size()));
    } else if (!Double.isFinite(spearman)) {
      warnings.add("all cosines are equal, so their correlation with the scores is undefined");
    } else if (!Double.isFinite(pearson)) {
      warnings.add(
          "Pearson's correlation is no finite number: the scores are too large or too small");
    }
    return warnings;
  }

  @Override
  public String json() {
    ObjectNode root = Json.object();
    root.put("examples", perExample.size()).put("tokens", tokens);
    Evaluation.putFinite(root, "spearman", spearman);
    Evaluation.putFinite(root, "pearson", pearson);
    var examples = root.putArray("per_example");
    for (PairResult pair : perExample) {
      ObjectNode example = examples.addObject();
      Evaluation.putFinite(example, "cosine", pair.cosine());
      example.put("score", pair.score());
    }
    return Json.write(root);
  }
}
