package dev.amalgam.job.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.io.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Several models of one base side by side: their deltas, the differences from the base, and how
 * well they do.
 *
 * @param models what the models are called
 * @param experts what the experts are called to which they are compared, if any
 * @param layers what the deltas are in each layer, and in what is in none, in the order of the
 *     model
 * @param total what they are in the whole model
 * @param left names of the base's tensors that not all have in one shape, as numbers
 * @param tasks how well the base, the experts and the models do, in this order, if it was asked
 */
public record ModelComparison(
    List<String> models,
    List<String> experts,
    List<Layer> layers,
    Layer total,
    List<String> left,
    Optional<TaskResults> tasks) {

  /** Copies the lists. */
  public ModelComparison {
    models = List.copyOf(models);
    experts = List.copyOf(experts);
    layers = List.copyOf(layers);
    left = List.copyOf(left);
  }

  /**
   * The deltas in a part of the models: the models' first, then the experts'.
   *
   * @param name what the part is called
   * @param norms the Euclidean norm of each delta
   * @param cosines of the angle between each two; NaN where one of them is zero
   * @param shares by model and expert, how much of the expert's delta Δ is in the model's δ: ⟨δ, Δ⟩
   *     / ‖Δ‖²; NaN where Δ is zero
   */
  public record Layer(String name, double[] norms, double[][] cosines, double[][] shares) {}

  /** Returns what models and experts are called. */
  public List<String> names() {
    return Stream.concat(models.stream(), experts.stream()).toList();
  }

  /** Returns everything as a JSON object; what is no finite number is null. */
  public String json() {
    ObjectNode root = Json.object();
    put(models, root.putArray("models"));
    put(experts, root.putArray("experts"));
    ArrayNode parts = root.putArray("layers");
    layers.forEach(layer -> put(layer, parts.addObject()));
    put(total, root.putObject("total"));
    put(left, root.putArray("left_out"));
    tasks.ifPresent(results -> put(results, root.putObject("tasks")));
    return Json.write(root);
  }

  private static void put(Layer layer, ObjectNode node) {
    node.put("name", layer.name());
    put(layer.norms(), node.putArray("norms"));
    put(layer.cosines(), node.putArray("cosines"));
    put(layer.shares(), node.putArray("shares"));
  }

  private static void put(TaskResults results, ObjectNode node) {
    put(results.files(), node.putArray("files"));
    put(results.models(), node.putArray("models"));
    put(results.losses(), node.putArray("losses"));
    put(results.accuracies(), node.putArray("accuracies"));
  }

  private static void put(List<String> texts, ArrayNode array) {
    texts.forEach(array::add);
  }

  private static void put(double[][] rows, ArrayNode array) {
    for (double[] row : rows) {
      put(row, array.addArray());
    }
  }

  private static void put(double[] numbers, ArrayNode array) {
    for (double number : numbers) {
      if (Double.isFinite(number)) {
        array.add(number);
      } else {
        array.addNull();
      }
    }
  }
}
