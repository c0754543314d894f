package dev.amalgam.job.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.io.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well a model predicts the examples of a data set.
 *
 * @param classifier whether the model predicts something else than tokens
 * @param tokens the number of predicted tokens; for a classifier the number of all tokens, padding
 *     apart
 * @param loss the mean cross-entropy of all predicted tokens, in nats, or for a classifier of all
 *     that it is asked, or of numbers the mean square of their errors; NaN if nothing is predicted
 * @param accuracy the share of predicted tokens, or of what a classifier is asked, that is right;
 *     NaN for numbers and answers, and if nothing is predicted
 * @param cut how many examples were longer than allowed, and lost their end
 * @param figures what else is usual for such a model, by name: {@code f1} of classes of tokens, of
 *     several classes and of answers, {@code exact_match} of answers, {@code pearson} and {@code
 *     spearman} of numbers
 * @param perExample the examples in their order
 */
public record Evaluation(
    boolean classifier,
    long tokens,
    double loss,
    double accuracy,
    long cut,
    SortedMap<String, Double> figures,
    List<ExampleResult> perExample)
    implements EvaluationResult {

  /** Copies the list and the map. */
  public Evaluation {
    figures = Collections.unmodifiableSortedMap(new TreeMap<>(figures));
    perExample = List.copyOf(perExample);
  }

  /** Returns e to the power of the loss; NaN for a classifier. */
  public double perplexity() {
    return classifier ? Double.NaN : StrictMath.exp(loss);
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (cut > 0) {
      warnings.add(
          cut + " of " + perExample.size() + " examples were too long and were cut at their end");
    }
    List<ExampleResult> predicted =
        perExample.stream().filter(example -> classifier || example.tokens() > 0).toList();
    long broken = predicted.stream().filter(example -> !Double.isFinite(example.loss())).count();
    if (predicted.isEmpty()) {
      warnings.add("nothing is predicted, so there is no loss");
    } else if (broken > 0) {
      warnings.add(
          "the loss of %d of %d examples is no finite number, which says that the weights are broken"
              .formatted(broken, perExample.size()));
    }
    return warnings;
  }

  @Override
  public String json() {
    ObjectNode root = Json.object();
    root.put("examples", perExample.size()).put("tokens", tokens);
    putFinite(root, "loss", loss);
    putFinite(root, "perplexity", perplexity());
    putFinite(root, "accuracy", accuracy);
    figures.forEach((name, value) -> putFinite(root, name, value));
    var examples = root.putArray("per_example");
    for (ExampleResult result : perExample) {
      ObjectNode example = examples.addObject();
      putFinite(example, "loss", result.loss());
      example.put("tokens", result.tokens());
      result
          .prediction()
          .ifPresentOrElse(
              index -> example.put("prediction", index), () -> example.putNull("prediction"));
    }
    return Json.write(root);
  }

  static void putFinite(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
