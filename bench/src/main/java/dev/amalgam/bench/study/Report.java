package dev.amalgam.bench.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes Markdown tables of results. */
final class Report {

  private final StringBuilder text = new StringBuilder();

  /** Adds a family: what its own models do. */
  void family(OpenFamily family, References references) {
    text.append("# ").append(family.family().name()).append("\n\n");
    row("task", "examples", "base: loss", "accuracy", "expert: loss", "accuracy");
    rule(6);
    for (OpenFamily.Expert expert : family.experts()) {
      References.Reference reference = references.of(expert, Split.TEST);
      row(
          expert.name(),
          List.of(Split.values()).stream()
              .map(split -> Integer.toString(expert.examples().of(split).size()))
              .collect(Collectors.joining(" / ")),
          number(reference.base().loss()),
          number(reference.base().accuracy()),
          number(reference.expert().loss()),
          number(reference.expert().accuracy()));
    }
    text.append("\nExamples: scoring / validation / test. Figures are of the test examples.\n\n");
  }

  /** Adds the tables of one experiment. */
  void experiment(Experiment experiment, OpenFamily family, List<Result> results) {
    text.append("## ").append(experiment.title()).append("\n\n");
    text.append("Mean over tasks of ")
        .append(family.measure().title())
        .append(
            " by drop rate; where chance plays a part, mean and standard deviation over"
                + " seeds and splits.\n\n");
    table(results, Report::meanOverTasks);
    if (family.experts().size() > 1) {
      text.append(
          "Difference to the best of the others (of methods without importance, for one that"
              + " repairs nothing) at the same drop rate, or with nothing dropped: mean and 95 %"
              + " interval of Student's t over tasks and splits.\n\n");
      table(results, own -> againstBest(own, results));
    }
    for (OpenFamily.Expert task : family.experts()) {
      text.append("The task ").append(task.name()).append(" alone:\n\n");
      table(
          results.stream().filter(result -> result.task().equals(task.name())).toList(),
          Report::meanOverTasks);
    }
    if (experiment.lambdas().size() > 1) {
      text.append("λ, and the setting if there are several, that validation chose, by seed:\n\n");
      table(results, Report::choices);
    }
  }

  private void table(List<Result> results, Function<List<Result>, String> cell) {
    List<Double> drops = results.stream().map(r -> r.chosen().drop()).distinct().sorted().toList();
    List<String> head = new ArrayList<>(List.of("method"));
    drops.forEach(drop -> head.add(drop == 0 ? "all kept" : drop.toString()));
    row(head.toArray(String[]::new));
    rule(head.size());
    Map<String, List<Result>> byName =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    r -> r.chosen().variant().name(), LinkedHashMap::new, Collectors.toList()));
    byName.forEach(
        (name, own) -> {
          List<String> cells = new ArrayList<>(List.of(name));
          for (double drop : drops) {
            List<Result> here = own.stream().filter(r -> r.chosen().drop() == drop).toList();
            cells.add(here.isEmpty() ? "" : cell.apply(here));
          }
          row(cells.toArray(String[]::new));
        });
    text.append('\n');
  }

  private static Collection<List<Result>> bySeed(List<Result> results) {
    return results.stream()
        .collect(
            Collectors.groupingBy(
                r -> 1000L * r.shuffle() + r.chosen().seed(), TreeMap::new, Collectors.toList()))
        .values();
  }

  private static String meanOverTasks(List<Result> results) {
    return Summary.of(
            bySeed(results).stream()
                .map(own -> own.stream().mapToDouble(Result::value).average().orElseThrow())
                .toList())
        .toString();
  }

  private static String againstBest(List<Result> own, List<Result> all) {
    double drop = own.getFirst().chosen().drop();
    boolean alsoWhole = own.getFirst().experiment() == Experiment.MERGED;
    boolean repairs = own.getFirst().chosen().variant().repairs();
    return all.stream()
        .filter(r -> repairs || !r.chosen().variant().method().equals("apl"))
        .filter(r -> !r.chosen().variant().repairs())
        .filter(r -> r.chosen().drop() == drop || alsoWhole && r.chosen().drop() == 0)
        .collect(Collectors.groupingBy(r -> r.chosen().variant().name()))
        .values()
        .stream()
        .max(Comparator.comparingDouble(Report::mean))
        .map(best -> Paired.of(own, best).toString())
        .orElse("");
  }

  private static double mean(List<Result> results) {
    return results.stream().mapToDouble(Result::value).average().orElseThrow();
  }

  private static String choices(List<Result> results) {
    return bySeed(results).stream()
        .map(own -> own.getFirst().chosen())
        .map(trial -> (trial.lambda() + " " + trial.variant().setting()).strip())
        .collect(Collectors.joining(", "));
  }

  private void row(String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void rule(int columns) {
    text.append("|").append("---|".repeat(columns)).append('\n');
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
