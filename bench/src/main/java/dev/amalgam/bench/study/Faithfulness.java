package dev.amalgam.bench.study;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * Tells how well each gradient approximation orders the partitions of a delta as interventions do
 * (Spearman's rank correlation over all partitions whose effect an intervention can see), and what
 * both cost. Arguments: a family's folder, how many examples of each task, and levels.
 */
public final class Faithfulness {

  private static final int BATCH_TOKENS = 2048;
  private static final long ROOM = 1L << 30;
  private static final int STEPS = 8;

  private record Estimate(double[] values, double seconds) {}

  private final OpenFamily family;
  private final Engine engine;
  private final int count;

  private Faithfulness(OpenFamily family, Engine engine, int count) {
    this.family = family;
    this.engine = engine;
    this.count = count;
  }

  /** Prints a table for each level. */
  public static void main(String[] arguments) {
    Family family = Family.in(Path.of(arguments[0]));
    int threads = Runtime.getRuntime().availableProcessors();
    try (Engine engine = new Engine(threads, Kernels.get());
        OpenFamily open = new OpenFamily(family, OptionalInt.empty(), 0)) {
      var study = new Faithfulness(open, engine, Integer.parseInt(arguments[1]));
      for (String level : List.of(arguments).subList(2, arguments.length)) {
        study.print(Level.of(level).orElseThrow());
      }
    }
  }

  private void print(Level level) {
    System.out.printf(
        Locale.ROOT,
        "%n%s, level %s, %d examples of each task%n%n",
        family.family().name(),
        level,
        count);
    System.out.println("| task | partitions | estimate | ablation | restoration | seconds |");
    System.out.println("|---|---|---|---|---|---|");
    for (OpenFamily.Expert expert : family.experts()) {
      estimate(expert, level, Estimator.GRADIENT, Point.EXPERT); // compiles what is timed below
      Estimate ablation = estimate(expert, level, Estimator.ABLATION, Point.EXPERT);
      Estimate restoration = estimate(expert, level, Estimator.RESTORATION, Point.EXPERT);
      Map<String, Estimate> estimates = new LinkedHashMap<>();
      for (Point point : Point.values()) {
        estimates.put(
            "gradient, " + point.name().toLowerCase(Locale.ROOT),
            estimate(expert, level, Estimator.GRADIENT, point));
      }
      estimates.put("ablation", ablation);
      estimates.put("restoration", restoration);
      estimates.forEach(
          (name, estimate) ->
              System.out.printf(
                  Locale.ROOT,
                  "| %s | %d | %s | %.3f | %.3f | %.2f |%n",
                  expert.name(),
                  estimate.values().length,
                  name,
                  correlation(estimate, ablation),
                  correlation(estimate, restoration),
                  estimate.seconds()));
    }
  }

  private Estimate estimate(
      OpenFamily.Expert expert, Level level, Estimator estimator, Point point) {
    var settings = new ImportanceSettings(level, estimator, point, STEPS, Aggregate.MEAN, ROOM);
    var weights =
        new FineTuned(
            new CheckpointWeights(family.base()), new CheckpointWeights(expert.checkpoint()));
    List<Example> all = expert.examples().of(Split.SCORING);
    List<Example> examples = all.subList(0, Math.min(count, all.size()));
    try (Arena memory = Arena.ofShared()) {
      long start = System.nanoTime();
      ImportanceScores scores =
          Importance.of(
              new Expert(weights, expert.config()),
              settings,
              Importance.batches(examples, true, settings, BATCH_TOKENS),
              engine,
              memory,
              _ -> {});
      double seconds = (System.nanoTime() - start) * 1e-9;
      return new Estimate(values(scores), seconds);
    }
  }

  private static double[] values(ImportanceScores scores) {
    List<float[]> all = new ArrayList<>();
    for (String name : scores.names()) {
      float[] values = new float[Math.toIntExact(scores.count(name))];
      scores.read(name, 0, values.length, values);
      all.add(values);
    }
    return all.stream()
        .flatMapToDouble(values -> IntStream.range(0, values.length).mapToDouble(i -> values[i]))
        .toArray();
  }

  /** Leaves out what no intervention changes: rows of tokens that no example has. */
  private static double correlation(Estimate a, Estimate b) {
    int[] seen =
        IntStream.range(0, a.values().length)
            .filter(i -> a.values()[i] != 0 || b.values()[i] != 0)
            .toArray();
    return new SpearmansCorrelation()
        .correlation(
            IntStream.of(seen).mapToDouble(i -> a.values()[i]).toArray(),
            IntStream.of(seen).mapToDouble(i -> b.values()[i]).toArray());
  }
}
