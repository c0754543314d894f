package dev.amalgam.bench.study;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compares merge methods on families of models, and writes {@code study.md} and {@code study.csv},
 * equal whenever they are made of the same models, examples and variants.
 */
public final class Study {

  private final Options options;
  private final int threads = Runtime.getRuntime().availableProcessors();
  private final Report report = new Report();

  private Study(Options options) {
    this.options = options;
  }

  /** Runs the study; see {@code bench/study.sh}. */
  public static void main(String[] arguments) throws IOException {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    new Study(options).run();
  }

  private void run() throws IOException {
    Files.createDirectories(options.out());
    try (Engine engine = new Engine(threads, Kernels.get());
        CsvLog log = new CsvLog(options.out().resolve("study.csv"), options.conditions())) {
      for (Family family : options.families()) {
        run(family, engine, log);
        Files.writeString(options.out().resolve("study.md"), report.toString());
      }
    }
  }

  private void run(Family family, Engine engine, CsvLog log) {
    Map<Experiment, List<Result>> results = new EnumMap<>(Experiment.class);
    for (int shuffle = 0; shuffle < options.shuffles(); shuffle++) {
      try (OpenFamily open = new OpenFamily(family, options.scoring(), shuffle);
          EvidenceStore evidence = new EvidenceStore(open, engine, threads)) {
        Scores scores = new Scores(engine);
        References references = new References(open, scores, log);
        if (shuffle == 0) {
          report.family(open, references);
        }
        Contest contest =
            new Contest(open, new Candidates(open, evidence, threads), scores, references, log);
        for (Experiment experiment : options.experiments()) {
          for (List<Variant> settings : contenders(experiment).values()) {
            results
                .computeIfAbsent(experiment, _ -> new ArrayList<>())
                .addAll(results(contest, experiment, settings, open.experts()));
          }
        }
        if (shuffle == options.shuffles() - 1) {
          results.forEach((experiment, all) -> report.experiment(experiment, open, all));
        }
        System.err.printf(Locale.ROOT, "%s: %s%n", family.name(), scores.speed());
      }
    }
  }

  private Map<String, List<Variant>> contenders(Experiment experiment) {
    return options.contenders().stream()
        .filter(variant -> variant.experiments().contains(experiment))
        .collect(Collectors.groupingBy(Variant::name, LinkedHashMap::new, Collectors.toList()));
  }

  private List<Result> results(
      Contest contest,
      Experiment experiment,
      List<Variant> settings,
      List<OpenFamily.Expert> experts) {
    List<Result> results = new ArrayList<>();
    Variant first = settings.getFirst();
    for (double drop : first.drops(experiment).stream().filter(options::wants).toList()) {
      boolean random = settings.stream().anyMatch(Variant::random);
      for (int seed = 1; seed <= (random ? options.seeds() : 1); seed++) {
        List<Result> here = new ArrayList<>();
        List<List<Trial>> trials = trials(experiment, settings, drop, seed);
        for (List<OpenFamily.Expert> together : groups(experiment, experts)) {
          here.addAll(contest.run(experiment, trials, together));
        }
        tell(experiment, here);
        results.addAll(here);
      }
    }
    return results;
  }

  private static List<List<Trial>> trials(
      Experiment experiment, List<Variant> settings, double drop, long seed) {
    return settings.stream()
        .map(
            variant ->
                variant.lambdas(experiment).stream()
                    .map(lambda -> new Trial(variant, drop, lambda, seed))
                    .toList())
        .toList();
  }

  private static List<List<OpenFamily.Expert>> groups(
      Experiment experiment, List<OpenFamily.Expert> experts) {
    return switch (experiment) {
      case PRUNED -> experts.stream().map(List::of).toList();
      case MERGED -> List.of(experts);
    };
  }

  private static void tell(Experiment experiment, List<Result> results) {
    Trial chosen = results.getFirst().chosen();
    System.err.printf(
        Locale.ROOT,
        "%s: %s, drop %s, seed %d, λ %s: %.3f%n",
        experiment,
        (chosen.variant().name() + " " + chosen.variant().setting()).strip(),
        chosen.drop(),
        chosen.seed(),
        chosen.lambda(),
        results.stream().mapToDouble(Result::value).average().orElseThrow());
  }
}
