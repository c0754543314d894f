package dev.amalgam.core.merge;

import static dev.amalgam.core.merge.Parameter.Scope.MODEL;
import static dev.amalgam.core.merge.Parameter.Scope.RECIPE;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.evidence.EvidenceWork;
import dev.amalgam.core.evidence.FisherDiagonal;
import dev.amalgam.core.evidence.TaskSize;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Fisher-weighted averaging: in each entry an expert counts as much as its loss would suffer from a
 * change there, by the {@linkplain FisherDiagonal diagonal of the Fisher information} at the
 * expert,
 *
 * <pre>
 * out = b + λ · Σ w·(F + ε)·Δ / Σ w·(F + ε)
 * </pre>
 *
 * with ε = {@code floor} times the mean of F over all merged tensors and the experts, weighted with
 * w. With {@code normalize} each expert's F is first divided by its norm over these tensors, so
 * that experts of steep and of flat losses count alike. Tensors that the model does not use are
 * averaged.
 *
 * <p>Matena and Raffel, "Merging Models with Fisher-Weighted Averaging", NeurIPS 2022, arXiv
 * 2111.09832.
 */
final class Fisher implements EvidenceMethod {

  private static final FisherDiagonal DIAGONAL = new FisherDiagonal();

  private static final Parameter<Double> WEIGHT =
      Parameter.number(MODEL, "weight", 0, 1e9, 1, "factor of the expert's Fisher");
  private static final Parameter<Double> LAMBDA =
      Parameter.number(RECIPE, "lambda", 1, "factor of the merged delta");
  private static final Parameter<Double> FLOOR =
      Parameter.number(
          RECIPE,
          "floor",
          0,
          1e9,
          1e-6,
          "added to the Fisher of each entry, as a share of the model's mean");
  private static final Parameter<Boolean> NORMALIZE =
      Parameter.flag("normalize", true, "divide each expert's Fisher by its norm");

  private static final List<Parameter<?>> PARAMETERS =
      ExampleParameters.and(WEIGHT, LAMBDA, FLOOR, NORMALIZE);

  @Override
  public String name() {
    return "fisher";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return PARAMETERS;
  }

  @Override
  public EvidenceNeeds needs(List<MergeTask> tasks) {
    tasks.forEach(Fisher::weights);
    return ExampleParameters.needs(name(), tasks);
  }

  @Override
  public Optional<EvidenceWork> work(List<MergeTask> tasks, Model first, List<TaskSize> sizes) {
    EvidenceWork work = EvidenceWork.NONE;
    for (TaskSize size : sizes) {
      work = work.backward(size.tokens(), size.examples(), 1);
    }
    return Optional.of(work);
  }

  private static double[] weights(MergeTask task) {
    return WeightedDeltas.weights(task, WEIGHT);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    weights(task);
    return new Unprepared(name(), 1, false);
  }

  @Override
  public PreparedMethod prepare(List<MergeTask> tasks, Evidence evidence, Trials trials) {
    List<Weights> diagonals = new ArrayList<>();
    for (int expert = 0; expert < evidence.experts().size(); expert++) {
      diagonals.add(evidence.of(DIAGONAL, expert));
    }
    Total[] totals = new Total[diagonals.size()];
    Arrays.fill(totals, new Total(0, 0, 0));
    for (MergeTask task : tasks) {
      tables(task, diagonals)
          .ifPresent(
              tables -> {
                for (int expert = 0; expert < totals.length; expert++) {
                  Total own = Total.of(tables.get(expert), evidence.readers());
                  totals[expert] = totals[expert].plus(own);
                }
              });
    }
    return task ->
        tables(task, diagonals)
            .map(tables -> merge(task, tables, totals))
            .orElseGet(() -> WeightedDeltas.of(weights(task), lambda(task)));
  }

  /** Returns the Fisher of a tensor at each expert, if all of them use it. */
  private static Optional<List<Weight>> tables(MergeTask task, List<Weights> diagonals) {
    List<Weight> tables = diagonals.stream().flatMap(d -> d.find(task.tensor()).stream()).toList();
    return tables.size() == diagonals.size() ? Optional.of(tables) : Optional.empty();
  }

  private static float lambda(MergeTask task) {
    return LAMBDA.of(task).floatValue();
  }

  private static TensorMerge merge(MergeTask task, List<Weight> tables, Total[] totals) {
    double[] weights = weights(task);
    double[] factors = weights.clone();
    double mean = 0;
    for (int expert = 0; expert < factors.length; expert++) {
      if (NORMALIZE.of(task) && totals[expert].squares() > 0) {
        factors[expert] /= Math.sqrt(totals[expert].squares());
      }
      mean += factors[expert] * totals[expert].sum() / totals[expert].elements();
    }
    mean /= sum(weights);
    if (!(mean > 0)) {
      return WeightedDeltas.of(weights, lambda(task));
    }
    double floor = FLOOR.of(task);
    float[] slopes = new float[factors.length];
    float[] offsets = new float[factors.length];
    for (int expert = 0; expert < factors.length; expert++) {
      // In units of the mean, which leaves the quotient as it is and float32 enough room.
      slopes[expert] = (float) (factors[expert] / mean);
      offsets[expert] = (float) (weights[expert] * floor);
    }
    return new WeightedDeltas(
        factors.length,
        lambda(task),
        (expert, block, into) -> {
          tables.get(expert).read(block.start(), block.length(), into, 0, block.reading());
          for (int i = 0; i < block.length(); i++) {
            into[i] = slopes[expert] * into[i] + offsets[expert];
          }
        },
        1);
  }

  /**
   * Sums over tables, in float64 and a fixed order.
   *
   * @param elements how many entries they have
   * @param sum of their entries
   * @param squares of the squares of these
   */
  private record Total(long elements, double sum, double squares) {

    private static final int CHUNK = 1 << 16;

    static Total of(Weight table, Workers<ReadBuffer> readers) {
      long elements = table.shape().elements();
      Total[] totals = new Total[Math.toIntExact(Math.ceilDiv(elements, CHUNK))];
      readers.run(
          totals.length,
          (buffer, piece) -> {
            long from = (long) piece * CHUNK;
            int count = (int) Math.min(CHUNK, elements - from);
            float[] values = new float[count];
            table.read(from, count, values, 0, buffer);
            double sum = 0;
            double squares = 0;
            for (float value : values) {
              sum += value;
              squares += (double) value * value;
            }
            totals[piece] = new Total(count, sum, squares);
          });
      Total all = new Total(0, 0, 0);
      for (Total total : totals) {
        all = all.plus(total);
      }
      return all;
    }

    Total plus(Total other) {
      return new Total(elements + other.elements, sum + other.sum, squares + other.squares);
    }
  }
}
