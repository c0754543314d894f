package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out what is kept of one expert's delta. */
final class ExpertSelections {

  private final WeighedExpert weighed;
  private final ScoredExpert expert;
  private final CalibrationSettings settings;
  private final Workers<ReadBuffer> workers;
  private final List<String> tensors;
  private final List<Long> elements;
  private final double budget;
  private final double density;
  private final boolean byScore;
  private final Scan scan;
  private final Map<String, Selection> selections = new HashMap<>();
  private final Map<String, Float> factors = new HashMap<>();
  private float factor = 1;

  private ExpertSelections(
      WeighedExpert weighed, CalibrationSettings settings, Workers<ReadBuffer> workers) {
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
    this.scan =
        new Scan(
            weighed, byScore || settings.select() == Select.SAMPLE, settings.magnitude(), workers);
  }

  /**
   * What is kept of an expert's delta.
   *
   * @param selections of each tensor
   * @param factors by what all that is kept of a tensor is multiplied besides
   * @param factor the same of tensors that have no factor of their own
   */
  record Result(Map<String, Selection> selections, Map<String, Float> factors, float factor) {
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
      Workers<ReadBuffer> workers) {
    ExpertSelections run = new ExpertSelections(expert, settings, workers);
    if (run.density >= 1) {
      run.all(Selection.ALL);
    } else if (run.density <= 0) {
      run.all(Selection.NONE);
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
    return new Result(run.selections, run.factors, run.factor);
  }

  private void all(Selection selection) {
    tensors.forEach(tensor -> selections.put(tensor, selection));
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
    long keep = Math.round(budget);
    Partitioning one = new Partitioning("", 1, 1);
    List<Selection> cuts =
        new CutSearch(scan, tensors, elements, one, new long[] {keep}, byScore)
            .search(new float[0]);
    for (int t = 0; t < tensors.size(); t++) {
      selections.put(tensors.get(t), cuts.get(t));
    }
    factor = (float) factor(density);
    rescaleByScores();
  }

  /** The largest entries of each tensor: the share that its density says. */
  private void trim() {
    double[] ideals = new double[tensors.size()];
    for (int t = 0; t < ideals.length; t++) {
      ideals[t] = elements.get(t) * expert.density().get(tensors.get(t));
    }
    long[] most = elements.stream().mapToLong(Long::longValue).toArray();
    long[] keep = DropRates.wholeNumbers(ideals, most, Math.round(budget));
    Partitioning one = new Partitioning("", 1, 1);
    for (int t = 0; t < keep.length; t++) {
      String tensor = tensors.get(t);
      CutSearch cuts =
          new CutSearch(
              scan, List.of(tensor), elements.subList(t, t + 1), one, new long[] {keep[t]}, false);
      selections.put(tensor, cuts.search(new float[0]).getFirst());
      if (settings.rescale() != Rescale.IMPORTANCE) {
        factors.put(tensor, (float) factor(expert.density().get(tensor)));
      }
    }
    rescaleByScores();
  }

  private void sample() {
    double a = (1 - settings.alpha()) * density;
    SampleRates.Rates rates = new SampleRates(scan, tensors, elements, a, budget).find();
    double cap =
        switch (settings.rescale()) {
          case INVERSE -> Double.POSITIVE_INFINITY;
          case CAPPED -> 1 / density;
          case NONE, IMPORTANCE, L1 -> 1;
        };
    all(new Sampled(rates.a(), rates.c(), cap));
    rescaleByScores();
  }

  private void random(Optional<PartitionImportance> importance) {
    boolean uniform = importance.isEmpty() || Double.isInfinite(settings.tau1());
    Map<String, double[]> drops = uniform ? Map.of() : importance.get().dropRates(settings.tau1());
    for (String tensor : tensors) {
      Partitioning partitions = expert.partitions().of(tensor).orElseThrow();
      if (uniform) {
        // As DARE has it, to the bit.
        double keep = expert.density().get(tensor);
        selections.put(
            tensor,
            keep >= 1
                ? Selection.ALL
                : keep < Float.MIN_NORMAL
                    ? Selection.NONE
                    : new RandomKeep(partitions, new float[] {(float) keep}, new float[0]));
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
        selections.put(tensor, new RandomKeep(partitions, keep, factors(own)));
      }
    }
    if (!uniform && settings.rescale() == Rescale.IMPORTANCE) {
      factor = (float) expectedFactor(importance.get(), drops);
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

  private static double expectedFactor(
      PartitionImportance importance, Map<String, double[]> drops) {
    double kept = 0;
    for (Map.Entry<String, double[]> entry : importance.importance().entrySet()) {
      double[] own = drops.get(entry.getKey());
      for (int p = 0; p < own.length; p++) {
        kept += entry.getValue()[p] * (1 - own[p]);
      }
    }
    return kept > 0 ? importance.total() / kept : 1;
  }

  /** Chooses inside each partition of each tensor. */
  private void cells(PartitionImportance importance) {
    Map<String, double[]> drops = importance.dropRates(settings.tau1());
    Map<String, long[]> keep = wholeNumbers(drops);
    for (int t = 0; t < tensors.size(); t++) {
      String tensor = tensors.get(t);
      Partitioning partitions = expert.partitions().of(tensor).orElseThrow();
      float[] ofPartitions = factors(drops.get(partitions.key()));
      selections.put(
          tensor, inside(tensor, elements.get(t), partitions, keep.get(tensor), ofPartitions));
    }
    if (scan.withScores()) {
      rescaleByScores();
    } else if (settings.rescale() == Rescale.IMPORTANCE) {
      factor = (float) expectedFactor(importance, drops);
    }
  }

  private Selection inside(
      String tensor, long entries, Partitioning partitions, long[] keep, float[] factors) {
    long size = partitions.size(entries);
    Shape shape = expert.partitions().shape(tensor).orElseThrow();
    if (size == 1) {
      boolean[] kept = new boolean[keep.length];
      for (int p = 0; p < kept.length; p++) {
        kept[p] = keep[p] > 0;
      }
      return new Singles(kept, factors);
    }
    if (partitions.count() > 1 && partitions.inner() == shape.rowLength()) {
      int[] rows = Arrays.stream(keep).mapToInt(Math::toIntExact).toArray();
      return new TopOfRows(rows, (int) partitions.inner(), factors, byScore);
    }
    return new CutSearch(scan, List.of(tensor), List.of(entries), partitions, keep, byScore)
        .search(factors)
        .getFirst();
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

  /** Sets the factor by which the scores of what is kept add up to all. */
  private void rescaleByScores() {
    if (settings.rescale() != Rescale.IMPORTANCE) {
      return;
    }
    double all = 0;
    double kept = 0;
    Scan scores = new Scan(weighed, true, settings.magnitude(), workers);
    for (int t = 0; t < tensors.size(); t++) {
      Selection selection = selections.get(tensors.get(t));
      long unit = selection.unit();
      int length = Math.toIntExact(unit * Math.max(1, Scan.CHUNK / unit));
      int chunks = Math.toIntExact(Math.ceilDiv(elements.get(t), length));
      double[] sums = new double[chunks];
      double[] keptSums = new double[chunks];
      scores.run(
          List.of(tensors.get(t)),
          length,
          (_, from, delta, values, count) -> {
            int chunk = (int) (from / length);
            if (selection instanceof Sampled sampled) {
              for (int i = 0; i < count; i++) {
                keptSums[chunk] += values[i] * sampled.keep(values[i]);
              }
            } else {
              selection.apply(delta, values, new int[0], from, count);
              for (int i = 0; i < count; i++) {
                keptSums[chunk] += delta[i] != 0 ? values[i] : 0;
              }
            }
            for (int i = 0; i < count; i++) {
              sums[chunk] += values[i];
            }
          });
      all += Arrays.stream(sums).sum();
      kept += Arrays.stream(keptSums).sum();
    }
    factor = kept > 0 ? (float) (all / kept) : 1;
  }
}
