package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.sparsify.PartitionDrop;
import dev.amalgam.core.sparsify.PartitionThresholds;
import dev.amalgam.core.sparsify.RandomDrop;
import dev.amalgam.core.sparsify.Sampled;
import dev.amalgam.core.sparsify.Scores;
import dev.amalgam.core.sparsify.Singles;
import dev.amalgam.core.sparsify.Sparsifier;
import dev.amalgam.core.sparsify.TopOfRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out what is kept of one expert's delta. */
final class ExpertSparsifiers {

  private static final Partitioning ONE = new Partitioning("", 1, 1);
  private static final float[] NO_FACTORS = {};

  private final WeighedExpert weighed;
  private final ScoredExpert expert;
  private final CalibrationSettings settings;
  private final Workers<Block> workers;
  private final List<String> tensors;
  private final List<Long> elements;
  private final double budget;
  private final double density;
  private final boolean byScore;
  private final Scan scan;
  private final Map<String, SparsifierFactory> sparsifiers = new HashMap<>();
  private final Map<String, Float> factors = new HashMap<>();
  private float factor = 1;

  private ExpertSparsifiers(
      WeighedExpert weighed, CalibrationSettings settings, Workers<Block> workers) {
    this.weighed = weighed;
    this.expert = weighed.expert();
    this.settings = settings;
    this.workers = workers;
    this.tensors = expert.tensors();
    this.elements = tensors.stream().map(expert::elements).toList();
    double kept = 0;
    long all = 0;
    for (int t = 0; t < tensors.size(); t++) {
      kept += elements.get(t) * expert.density().get(tensors.get(t));
      all += elements.get(t);
    }
    this.budget = kept;
    this.density = kept / all;
    this.byScore = settings.select() == Select.IMPORTANCE;
    this.scan = new Scan(weighed, byScore || settings.select() == Select.SAMPLE, workers);
  }

  /**
   * What is kept of an expert's delta.
   *
   * @param sparsifiers of each tensor
   * @param factors by what all that is kept of a tensor is multiplied besides
   * @param factor the same of tensors that have no factor of their own
   */
  record Result(
      Map<String, SparsifierFactory> sparsifiers, Map<String, Float> factors, float factor) {

    /** Returns by what all that is kept of a tensor is multiplied besides. */
    float factor(String tensor) {
      return factors.getOrDefault(tensor, factor);
    }
  }

  /**
   * Returns what is kept of an expert's delta.
   *
   * @param importance that of its weighted partitions; absent where each entry is one
   */
  static Result of(
      WeighedExpert expert,
      CalibrationSettings settings,
      Optional<PartitionImportance> importance,
      Workers<Block> workers) {
    ExpertSparsifiers run = new ExpertSparsifiers(expert, settings, workers);
    if (run.density >= 1) {
      run.all((_, _) -> Sparsifier.KEEP_ALL);
    } else if (run.density <= 0) {
      run.all((_, _) -> Sparsifier.KEEP_NONE);
    } else if (settings.select() == Select.SAMPLE) {
      run.sample();
    } else if (settings.select() == Select.TRIM) {
      run.trim();
    } else if (settings.select() == Select.RANDOM) {
      run.random(importance);
    } else if (importance.isPresent()) {
      run.cells(importance.get());
    } else {
      run.global();
    }
    return new Result(run.sparsifiers, run.factors, run.factor);
  }

  private void all(SparsifierFactory sparsifier) {
    tensors.forEach(tensor -> sparsifiers.put(tensor, sparsifier));
  }

  /** Returns by what a partition's kept entries are multiplied. */
  private double factor(double keep) {
    return switch (settings.rescale()) {
      case INVERSE -> keep > 0 ? 1 / keep : 1;
      case CAPPED -> keep > 0 ? Math.min(1 / keep, 1 / density) : 1;
      case NONE, IMPORTANCE, L1 -> 1;
    };
  }

  private void global() {
    PartitionThresholds thresholds = thresholds(tensors, elements, ONE, Math.round(budget));
    for (int t = 0; t < tensors.size(); t++) {
      sparsifiers.put(tensors.get(t), cut(thresholds, t, NO_FACTORS));
    }
    factor = (float) factor(density);
    rescaleByScores();
  }

  /** Finds from which scores on the partitions keep their entries. */
  private PartitionThresholds thresholds(
      List<String> tensors, List<Long> elements, Partitioning partitions, long... keep) {
    PartitionThresholds thresholds =
        new PartitionThresholds(partitions, elements, keep, Scan.CHUNK);
    while (!thresholds.found()) {
      scan.run(
          tensors,
          (tensor, block, scores) ->
              thresholds.visit(
                  tensor, block.start(), byScore ? scores : block.expert(0), block.length()));
      thresholds.finish();
    }
    return thresholds;
  }

  private SparsifierFactory cut(PartitionThresholds thresholds, int tensor, float[] factors) {
    return (scores, _) -> thresholds.sparsifier(tensor, factors, ranking(scores));
  }

  private Scores ranking(Scores scores) {
    return byScore ? scores : Scores.OF_DELTA;
  }

  /** The largest entries of each tensor: the share that its density says. */
  private void trim() {
    double[] ideals = new double[tensors.size()];
    for (int t = 0; t < ideals.length; t++) {
      ideals[t] = elements.get(t) * expert.density().get(tensors.get(t));
    }
    long[] most = elements.stream().mapToLong(Long::longValue).toArray();
    long[] keep = DropRates.wholeNumbers(ideals, most, Math.round(budget));
    for (int t = 0; t < keep.length; t++) {
      String tensor = tensors.get(t);
      PartitionThresholds thresholds =
          thresholds(List.of(tensor), elements.subList(t, t + 1), ONE, keep[t]);
      sparsifiers.put(tensor, cut(thresholds, 0, NO_FACTORS));
      if (settings.rescale() != Rescale.IMPORTANCE) {
        factors.put(tensor, (float) factor(expert.density().get(tensor)));
      }
    }
    rescaleByScores();
  }

  private void sample() {
    double a = (1 - settings.alpha()) * density;
    Sampled.Rates rates = new SampleRates(scan, tensors, elements, a, budget).find();
    double cap =
        switch (settings.rescale()) {
          case INVERSE -> Double.POSITIVE_INFINITY;
          case CAPPED -> 1 / density;
          case NONE, IMPORTANCE, L1 -> 1;
        };
    all((scores, draws) -> new Sampled(rates, cap, scores, draws));
    if (settings.rescale() == Rescale.IMPORTANCE) {
      factor = byScores().of(rates);
    }
  }

  private void random(Optional<PartitionImportance> importance) {
    boolean uniform = importance.isEmpty() || Double.isInfinite(settings.tau1());
    Map<String, double[]> drops = uniform ? Map.of() : importance.get().dropRates(settings.tau1());
    for (String tensor : tensors) {
      Partitioning partitions = expert.partitions().of(tensor).orElseThrow();
      if (uniform) {
        double keep = expert.density().get(tensor);
        sparsifiers.put(tensor, (_, draws) -> RandomDrop.of(draws, keep));
        // The sum of the scores is expected to stay by the same factor.
        boolean inverse = settings.rescale() == Rescale.IMPORTANCE;
        boolean any = keep >= Float.MIN_NORMAL;
        factors.put(tensor, any ? (float) (inverse ? 1 / keep : factor(keep)) : 1f);
      } else {
        double[] own = drops.get(partitions.key());
        float[] keep = new float[own.length];
        for (int p = 0; p < keep.length; p++) {
          keep[p] = (float) (1 - own[p]);
        }
        float[] ofPartitions = factors(own);
        sparsifiers.put(
            tensor, (_, draws) -> new PartitionDrop(draws, partitions, keep, ofPartitions));
      }
    }
    if (!uniform && settings.rescale() == Rescale.IMPORTANCE) {
      factor = (float) importance.get().expectedFactor(drops);
    }
  }

  /** Returns the factor of each partition; nothing if all are 1. */
  private float[] factors(double[] drops) {
    boolean none = settings.rescale() != Rescale.INVERSE && settings.rescale() != Rescale.CAPPED;
    float[] factors = new float[none ? 0 : drops.length];
    for (int p = 0; p < factors.length; p++) {
      factors[p] = (float) factor(1 - drops[p]);
    }
    return factors;
  }

  /** Chooses inside each partition of each tensor. */
  private void cells(PartitionImportance importance) {
    Map<String, double[]> drops = importance.dropRates(settings.tau1());
    Map<String, long[]> keep = wholeNumbers(drops);
    for (int t = 0; t < tensors.size(); t++) {
      String tensor = tensors.get(t);
      Partitioning partitions = expert.partitions().of(tensor).orElseThrow();
      float[] ofPartitions = factors(drops.get(partitions.key()));
      sparsifiers.put(
          tensor, inside(tensor, elements.get(t), partitions, keep.get(tensor), ofPartitions));
    }
    if (scan.withScores()) {
      rescaleByScores();
    } else if (settings.rescale() == Rescale.IMPORTANCE) {
      factor = (float) importance.expectedFactor(drops);
    }
  }

  private SparsifierFactory inside(
      String tensor, long entries, Partitioning partitions, long[] keep, float[] factors) {
    long size = partitions.size(entries);
    if (size == 1) {
      boolean[] kept = new boolean[keep.length];
      for (int p = 0; p < kept.length; p++) {
        kept[p] = keep[p] > 0;
      }
      return (_, _) -> new Singles(kept, factors);
    }
    long row = expert.partitions().shape(tensor).orElseThrow().rowLength();
    if (partitions.count() > 1 && partitions.inner() == row) {
      int[] rows = Arrays.stream(keep).mapToInt(Math::toIntExact).toArray();
      int length = (int) partitions.inner();
      return (scores, _) -> new TopOfRows(rows, length, factors, ranking(scores));
    }
    return cut(thresholds(List.of(tensor), List.of(entries), partitions, keep), 0, factors);
  }

  /** Returns how many entries each partition of each tensor keeps, exactly the budget in all. */
  private Map<String, long[]> wholeNumbers(Map<String, double[]> drops) {
    List<double[]> ideals = new ArrayList<>();
    List<long[]> most = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      Partitioning partitions = expert.partitions().of(tensors.get(t)).orElseThrow();
      double[] own = drops.get(partitions.key());
      long size = partitions.size(elements.get(t));
      ideals.add(Arrays.stream(own).map(d -> size * (1 - d)).toArray());
      long[] sizes = new long[own.length];
      Arrays.fill(sizes, size);
      most.add(sizes);
    }
    long[] whole =
        DropRates.wholeNumbers(
            ideals.stream().flatMapToDouble(Arrays::stream).toArray(),
            most.stream().flatMapToLong(Arrays::stream).toArray(),
            Math.round(budget));
    Map<String, long[]> keep = new HashMap<>();
    int at = 0;
    for (int t = 0; t < tensors.size(); t++) {
      int count = most.get(t).length;
      keep.put(tensors.get(t), Arrays.copyOfRange(whole, at, at + count));
      at += count;
    }
    return keep;
  }

  private void rescaleByScores() {
    if (settings.rescale() == Rescale.IMPORTANCE) {
      factor = byScores().of(sparsifiers);
    }
  }

  private FactorByScores byScores() {
    return new FactorByScores(new Scan(weighed, true, workers), tensors, elements);
  }
}
