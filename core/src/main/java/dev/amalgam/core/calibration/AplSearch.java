package dev.amalgam.core.calibration;

import dev.amalgam.core.recipe.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Chooses those parameters of {@code merge_method: apl} that are {@code auto}, by an objective that
 * says what a choice is worth: first {@code lambda} for the selection that everybody knows (the
 * largest entries of each tensor, not rescaled), then, with {@code lambda} followed each time, how
 * to select and rescale, then {@code tau2}. Along {@code lambda} the objective is taken to fall and
 * then to rise.
 *
 * <p>Few examples choose among many settings, so another way to select, or another temperature, is
 * taken only if it is better by more than the standard error of the difference over tasks. A single
 * expert has no such error: there the search begins with sampling by importance, as it is, and
 * takes another way, or another {@code lambda}, only if that keeps a fiftieth of the gain more.
 */
public final class AplSearch {

  /** The parameters that can be chosen. */
  public static final Set<String> CHOOSABLE = Set.of("lambda", "select", "rescale", "tau2");

  private static final List<Double> LAMBDAS_OF_ONE =
      List.of(0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5);
  private static final List<Double> LAMBDAS =
      List.of(
          0.05, 0.07, 0.1, 0.12, 0.15, 0.18, 0.21, 0.25, 0.3, 0.36, 0.43, 0.5, 0.6, 0.7, 0.8, 0.9,
          1.0, 1.25, 1.5, 2.0);
  private static final List<Double> TEMPERATURES = List.of(4.0, 2.0, 1.0, 0.5, 0.3, 0.1);

  private record Selecting(String select, String rescale) {}

  private static final List<Selecting> SELECTIONS =
      List.of(
          new Selecting("trim", "none"),
          new Selecting("importance", "none"),
          new Selecting("importance", "importance"),
          new Selecting("sample", "inverse"),
          new Selecting("sample", "capped"),
          new Selecting("random", "inverse"));

  // Of one expert most of the gain is kept whatever is done, and entries drawn by importance are
  // right on average: others must show that they are better.
  private static final List<Selecting> SELECTIONS_OF_ONE =
      List.of(
          new Selecting("sample", "inverse"),
          new Selecting("sample", "capped"),
          new Selecting("importance", "none"),
          new Selecting("importance", "importance"),
          new Selecting("trim", "none"),
          new Selecting("random", "inverse"));

  // Of a single task there is no standard error; some tens of examples tell no less apart than this
  // share of the gain.
  private static final double CHANCE_OF_ONE = 0.02;

  /** Says what parameters are worth. */
  public interface Objective {
    /**
     * Returns the loss on each task, in shares of what there is to gain; what is no number counts
     * as worse than all that is.
     */
    double[] losses(Map<String, Setting.Scalar> chosen);
  }

  /**
   * What was chosen.
   *
   * @param parameters the values of those parameters that were to be chosen
   * @param loss the mean over tasks of what the objective says of them
   * @param trials how many choices were looked at
   */
  public record Choice(Map<String, Setting.Scalar> parameters, double loss, int trials) {}

  private record Trial(Map<String, Setting.Scalar> parameters, double[] losses) {
    double mean() {
      double mean = Arrays.stream(losses).average().orElse(Double.NaN);
      return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean;
    }

    /** Returns whether this is better by more than chance. */
    boolean beats(Trial other) {
      if (!(mean() < other.mean()) || Double.isInfinite(other.mean())) {
        return mean() < other.mean();
      }
      double gain = other.mean() - mean();
      if (losses.length == 1) {
        return gain > CHANCE_OF_ONE;
      }
      double squares = 0;
      for (int task = 0; task < losses.length; task++) {
        double deviation = other.losses[task] - losses[task] - gain;
        squares += deviation * deviation;
      }
      return gain > Math.sqrt(squares / (losses.length - 1) / losses.length);
    }
  }

  private final Map<String, Setting.Scalar> given;
  private final Set<String> open;
  private final List<Double> lambdas;
  private final Objective objective;
  private final Map<Map<String, Setting.Scalar>, Trial> seen = new HashMap<>();
  private Trial best;

  private AplSearch(
      Map<String, Setting.Scalar> given, Set<String> open, int experts, Objective objective) {
    this.given = given;
    this.open = open;
    this.lambdas = experts == 1 ? LAMBDAS_OF_ONE : LAMBDAS;
    this.objective = objective;
  }

  /**
   * Returns the best choice that was found.
   *
   * @param given the values of {@code select} and {@code rescale} where they are not open
   * @param open the parameters to choose, some of {@link #CHOOSABLE}
   * @param experts how many experts there are
   * @param drops whether anything is dropped; if not, ways to select do not differ
   */
  public static Choice search(
      Map<String, Setting.Scalar> given,
      Set<String> open,
      int experts,
      boolean drops,
      Objective objective) {
    return new AplSearch(given, open, experts, objective).search(experts, drops);
  }

  private Choice search(int experts, boolean drops) {
    List<Selecting> selections = selections(experts == 1 ? SELECTIONS_OF_ONE : SELECTIONS);
    for (Selecting selecting : drops ? selections : selections.subList(0, 1)) {
      Map<String, Setting.Scalar> start = new TreeMap<>();
      put(start, "select", new Setting.Word(selecting.select()));
      put(start, "rescale", new Setting.Word(selecting.rescale()));
      put(start, "tau2", new Setting.Number(Double.POSITIVE_INFINITY));
      put(start, "lambda", startingLambda());
      takeIfBetter(bestLambda(start));
    }
    if (open.contains("tau2") && experts > 1) {
      // From warm to cold, until colder is worse.
      for (double temperature : TEMPERATURES) {
        Map<String, Setting.Scalar> start = new TreeMap<>(best.parameters());
        put(start, "tau2", new Setting.Number(temperature));
        if (!takeIfBetter(bestLambda(start)) && temperature < 1) {
          break;
        }
      }
    }
    return new Choice(best.parameters(), best.mean(), seen.size());
  }

  private boolean takeIfBetter(Trial trial) {
    boolean better = best == null || trial.beats(best);
    best = better ? trial : best;
    return better;
  }

  private void put(Map<String, Setting.Scalar> parameters, String name, Setting.Scalar value) {
    if (open.contains(name)) {
      parameters.put(name, value);
    }
  }

  private Setting.Scalar startingLambda() {
    return best != null && best.parameters().containsKey("lambda")
        ? best.parameters().get("lambda")
        : new Setting.Number(lambdas.get(lambdas.size() / 2 - 1));
  }

  /** Returns the ways to select that the recipe leaves open. */
  private List<Selecting> selections(List<Selecting> all) {
    List<Selecting> allowed = new ArrayList<>();
    for (Selecting selecting : all) {
      if (fits("select", selecting.select()) && fits("rescale", selecting.rescale())) {
        allowed.add(selecting);
      }
    }
    if (allowed.isEmpty()) {
      // One of the two is given, and goes with none of the list.
      allowed.add(new Selecting(word("select", "importance"), word("rescale", "none")));
    }
    return allowed;
  }

  private boolean fits(String name, String value) {
    return open.contains(name) || given.get(name).equals(new Setting.Word(value));
  }

  private String word(String name, String fallback) {
    return !open.contains(name) && given.get(name) instanceof Setting.Word(String text)
        ? text
        : fallback;
  }

  /** Returns the best of moving lambda to either side as long as that is better. */
  private Trial bestLambda(Map<String, Setting.Scalar> start) {
    Trial first = trial(start);
    Trial least = first;
    if (!open.contains("lambda")) {
      return least;
    }
    int at = lambdas.indexOf(((Setting.Number) start.get("lambda")).value());
    for (int step : new int[] {1, -1}) {
      Trial here = least;
      for (int i = at + step; i >= 0 && i < lambdas.size(); i += step) {
        Map<String, Setting.Scalar> moved = new TreeMap<>(start);
        moved.put("lambda", new Setting.Number(lambdas.get(i)));
        Trial next = trial(moved);
        if (next.mean() < least.mean()) {
          least = next;
        } else if (Double.isFinite(least.mean())) {
          // Of a broken model there is no telling which way is down.
          break;
        }
      }
      if (least != here) {
        break;
      }
    }
    return first.losses().length > 1 || least.beats(first) ? least : first;
  }

  private Trial trial(Map<String, Setting.Scalar> parameters) {
    return seen.computeIfAbsent(parameters, choice -> new Trial(choice, objective.losses(choice)));
  }
}
