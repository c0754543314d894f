package dev.amalgam.job.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.merge.RepairHistory;
import dev.amalgam.core.merge.RepairHistory.Judgement;
import dev.amalgam.core.merge.RepairHistory.Learning;
import dev.amalgam.core.merge.RepairHistory.Lines;
import dev.amalgam.core.merge.RepairHistory.Spread;
import dev.amalgam.core.merge.RepairHistory.Task;
import dev.amalgam.core.repair.Start;
import dev.amalgam.io.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * A {@link RepairHistory} as JSON, and back. A loss that is no finite number is null; statistics of
 * coefficients are rounded to six digits behind the point.
 */
public final class RepairJson {

  private static final double DIGITS = 1e6;

  private RepairJson() {}

  /** Returns a history as JSON. */
  public static ObjectNode of(RepairHistory history) {
    ObjectNode root = Json.object();
    root.put("start", history.start().name().toLowerCase(Locale.ROOT));
    root.put("start_factor", history.startFactor());
    root.put("lambda", history.lambda());
    root.put("falls_back", history.fallsBack());
    ArrayNode tasks = root.putArray("tasks");
    for (Task task : history.tasks()) {
      ObjectNode node = tasks.addObject().put("expert", task.expert());
      put(node, "base_loss", task.base());
      put(node, "expert_loss", task.own());
      put(node, "task_arithmetic_loss", task.sum());
      put(node, "start_loss", task.begun());
      put(node, "repaired_loss", task.repaired());
    }
    ArrayNode learnings = root.putArray("learnings");
    for (Learning learning : history.learnings()) {
      ObjectNode node = learnings.addObject();
      node.put("masked", learning.masked()).put("steps", learning.steps());
      put(node.putArray("judgements"), "step", learning.judgements());
    }
    put(root.putArray("lambdas"), "lambda", history.lambdas());
    ObjectNode tensors = root.putObject("coefficients");
    history
        .coefficients()
        .forEach(
            (tensor, experts) -> {
              ArrayNode node = tensors.putArray(tensor);
              for (Lines lines : experts) {
                ObjectNode expert = node.addObject();
                put(expert, "row", lines.rows());
                put(expert, "column", lines.columns());
              }
            });
    return root;
  }

  private static void put(ObjectNode node, String key, double loss) {
    if (Double.isFinite(loss)) {
      node.put(key, loss);
    } else {
      node.putNull(key);
    }
  }

  private static void put(ArrayNode array, String at, List<Judgement> judgements) {
    for (Judgement judgement : judgements) {
      ObjectNode node = array.addObject();
      if (judgement.at() == Math.rint(judgement.at())) {
        node.put(at, (long) judgement.at());
      } else {
        node.put(at, judgement.at());
      }
      ArrayNode losses = node.putArray("losses");
      for (double loss : judgement.losses()) {
        if (Double.isFinite(loss)) {
          losses.add(loss);
        } else {
          losses.addNull();
        }
      }
    }
  }

  private static void put(ObjectNode node, String of, Spread spread) {
    if (spread.count() > 0) {
      node.put(of + "s", spread.count());
      node.put(of + "_mean", Math.rint(spread.mean() * DIGITS) / DIGITS);
      node.put(of + "_deviation", Math.rint(spread.deviation() * DIGITS) / DIGITS);
    }
  }

  /**
   * Returns the history that JSON tells.
   *
   * @throws IllegalArgumentException if something is missing or of another kind; the message names
   *     it
   */
  public static RepairHistory read(JsonNode root) {
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : list(root, "tasks")) {
      tasks.add(
          new Task(
              text(task, "expert"),
              loss(task.get("base_loss")),
              loss(task.get("expert_loss")),
              loss(task.get("task_arithmetic_loss")),
              loss(task.get("start_loss")),
              loss(task.get("repaired_loss"))));
    }
    List<Learning> learnings = new ArrayList<>();
    for (JsonNode learning : list(root, "learnings")) {
      learnings.add(
          new Learning(
              flag(learning, "masked"),
              (int) number(learning, "steps"),
              judgements(list(learning, "judgements"), "step", tasks.size())));
    }
    SequencedMap<String, List<Lines>> coefficients = new LinkedHashMap<>();
    for (var tensor : root.path("coefficients").properties()) {
      List<Lines> experts = new ArrayList<>();
      for (JsonNode expert : sized(tensor.getValue(), tensor.getKey(), tasks.size())) {
        experts.add(new Lines(spread(expert, "row"), spread(expert, "column")));
      }
      coefficients.put(tensor.getKey(), experts);
    }
    return new RepairHistory(
        start(text(root, "start")),
        (float) number(root, "start_factor"),
        (float) number(root, "lambda"),
        flag(root, "falls_back"),
        tasks,
        learnings,
        judgements(list(root, "lambdas"), "lambda", tasks.size()),
        coefficients);
  }

  private static Start start(String word) {
    for (Start start : Start.values()) {
      if (start.name().toLowerCase(Locale.ROOT).equals(word)) {
        return start;
      }
    }
    throw new IllegalArgumentException("start");
  }

  private static List<Judgement> judgements(JsonNode array, String at, int tasks) {
    List<Judgement> judgements = new ArrayList<>();
    for (JsonNode node : array) {
      List<Double> losses = new ArrayList<>();
      sized(list(node, "losses"), "losses", tasks).forEach(loss -> losses.add(loss(loss)));
      judgements.add(new Judgement(number(node, at), losses));
    }
    return judgements;
  }

  private static Spread spread(JsonNode node, String of) {
    return node.has(of + "s")
        ? new Spread(
            Math.max(0, (long) number(node, of + "s")),
            number(node, of + "_mean"),
            number(node, of + "_deviation"))
        : Spread.NONE;
  }

  private static JsonNode list(JsonNode node, String key) {
    return required(node.path(key), key, node.path(key).isArray());
  }

  private static JsonNode sized(JsonNode array, String key, int size) {
    return required(array, key, array.isArray() && array.size() == size);
  }

  private static String text(JsonNode node, String key) {
    return required(node.path(key), key, node.path(key).isTextual()).asText();
  }

  private static boolean flag(JsonNode node, String key) {
    return required(node.path(key), key, node.path(key).isBoolean()).asBoolean();
  }

  private static double number(JsonNode node, String key) {
    double number = required(node.path(key), key, node.path(key).isNumber()).asDouble();
    required(node, key, Double.isFinite(number));
    return number;
  }

  private static double loss(JsonNode node) {
    return node != null && node.isNumber() ? node.asDouble() : Double.NaN;
  }

  private static JsonNode required(JsonNode node, String key, boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException(key);
    }
    return node;
  }
}
