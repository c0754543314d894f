package dev.amalgam.core.merge;

import static dev.amalgam.core.AmalgamException.quote;
import static dev.amalgam.core.merge.Parameter.Scope.MODEL;
import static dev.amalgam.core.merge.Parameter.Scope.RECIPE;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.evidence.EvidenceWork;
import dev.amalgam.core.evidence.InputGram;
import dev.amalgam.core.evidence.ParameterInput;
import dev.amalgam.core.evidence.TaskSize;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Regression mean: a merged layer should answer the inputs of each task as the task's expert does.
 * With Δ the delta of a linear map (outputs × inputs), G the mean over the tokens of a task of
 * x·xᵀ, x the map's input at the task's expert, and v the weight of the task,
 *
 * <pre>
 * out = b + λ·R    R = (Σ v·Δ·G + ρ·Δ̄) (Σ v·G + ρ·I)⁻¹
 * </pre>
 *
 * <p>{@code alpha} multiplies what is off the diagonal of G. ρ is {@code ridge} times the mean of
 * the diagonal of Σ v·G, and Δ̄ the mean of the deltas. A bias is regressed together with its
 * weight, by 1 appended to x. Each row of an embedding is a mean of deltas weighted with v times
 * the share of the task's tokens that take it, plus 1e-5; each entry of the weight of a norm one
 * weighted with v times the mean square of what it multiplies. Other tensors are averaged with v.
 *
 * <p>v is the {@code weight} of the model, divided by what its loss gains over the base's, at least
 * 1e-3 nats, with {@code weights: gain}.
 *
 * <p>Jin, Ren, Preoţiuc-Pietro and Cheng, "Dataless Knowledge Fusion by Merging Weights of Language
 * Models", ICLR 2023, arXiv 2212.09849.
 */
final class RegMean implements EvidenceMethod {

  private static final InputGram GRAM = new InputGram();
  private static final double LEAST_GAIN = 1e-3;
  private static final double UNSEEN = 1e-5;

  /** The weight of each expert's task. */
  static final Parameter<Double> WEIGHT =
      Parameter.number(MODEL, "weight", 0, 1e9, 1, "weight of the expert's task");

  /** The factor of the merged delta. */
  static final Parameter<Double> LAMBDA =
      Parameter.number(RECIPE, "lambda", 1, "factor of the merged delta");

  /** The factor of second moments of two different inputs. */
  static final Parameter<Double> ALPHA =
      Parameter.fraction(RECIPE, "alpha", 0.9, "factor of second moments of two different inputs");

  /** The pull towards the mean of the deltas. */
  static final Parameter<Double> RIDGE =
      Parameter.number(
          RECIPE,
          "ridge",
          0,
          1e9,
          1e-3,
          "pull towards the mean of the deltas, as a share of the mean second moment");

  /** Whether a task's weight is divided by its expert's gain. */
  static final Parameter<Boolean> BY_GAIN =
      Parameter.choice(
          "weights",
          "equal",
          List.of(Parameter.option("equal", false), Parameter.option("gain", true)),
          "gain: divide each task's weight by what its expert gains on its examples");

  private static final List<Parameter<?>> PARAMETERS =
      ExampleParameters.and(WEIGHT, LAMBDA, ALPHA, RIDGE, BY_GAIN);

  @Override
  public String name() {
    return "regmean";
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
    tasks.forEach(RegMean::weights);
    return ExampleParameters.needs(name(), tasks);
  }

  @Override
  public Optional<EvidenceWork> work(List<MergeTask> tasks, Model first, List<TaskSize> sizes) {
    EvidenceWork work = EvidenceWork.NONE;
    int passes = tasks.stream().anyMatch(BY_GAIN::of) ? 3 : 1;
    for (TaskSize size : sizes) {
      work = work.forward(passes * size.tokens(), passes * TaskSize.batches(size.tokens()), 1);
    }
    return Optional.of(work);
  }

  private static double[] weights(MergeTask task) {
    return WeightedDeltas.weights(task, WEIGHT);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    weights(task);
    SpanMerge.checkRow(task.shape().rank() == 2 ? task.shape().rowLength() : 1);
    return new Unprepared(name(), LinearMapRegression.unit(task.shape()), false);
  }

  @Override
  public PreparedMethod prepare(List<MergeTask> tasks, Evidence evidence, Trials trials) {
    return new Prepared(evidence, tasks.stream().anyMatch(BY_GAIN::of));
  }

  /** Returns the bytes of the largest Cholesky factor. */
  @Override
  public long estimatedMemory(List<MergeTask> tasks, Model first) {
    Map<String, ParameterInput> inputs = ParameterInput.of(first);
    return tasks.stream()
        .flatMap(task -> Stream.ofNullable(inputs.get(task.tensor())))
        .filter(ParameterInput.Matrix.class::isInstance)
        .mapToLong(input -> Double.BYTES * InputGram.start(((ParameterInput.Matrix) input).own()))
        .max()
        .orElse(0);
  }

  private static final class Prepared implements PreparedMethod {
    private final Evidence evidence;
    private final Map<String, ParameterInput> inputs;
    private final List<Weights> grams = new ArrayList<>();
    private final double[] gains;
    private InputRegression regression;

    Prepared(Evidence evidence, boolean byGain) {
      this.evidence = evidence;
      this.inputs = ParameterInput.of(evidence.experts().getFirst().at(1));
      for (int expert = 0; expert < evidence.experts().size(); expert++) {
        grams.add(evidence.of(GRAM, expert));
      }
      this.gains = byGain ? new double[grams.size()] : new double[0];
      Arrays.setAll(gains, expert -> Math.max(LEAST_GAIN, evidence.loss(expert).gain()));
    }

    @Override
    public TensorMerge merge(MergeTask task) {
      double[] weights = weights(task);
      if (BY_GAIN.of(task)) {
        for (int expert = 0; expert < weights.length; expert++) {
          weights[expert] /= gains[expert];
        }
      }
      ParameterInput input = inputs.get(task.tensor());
      List<Weight> tables = input == null ? List.of() : tables(grams, input.table());
      float lambda = LAMBDA.of(task).floatValue();
      // What an expert's model does not use says nothing of that expert.
      if (tables.size() < weights.length || !isOfAll(input, tables)) {
        return WeightedDeltas.of(weights, lambda);
      }
      return switch (input) {
        case ParameterInput.Matrix matrix -> map(task, matrix, tables, weights, lambda).ofWeight();
        case ParameterInput.Bias bias ->
            map(task, bias.weight(), tables, weights, lambda).ofBias(evidence.readers());
        case ParameterInput.Scale _ ->
            new WeightedDeltas(weights.length, lambda, ofEntries(tables, weights), 1);
        case ParameterInput.Lookup _ ->
            new WeightedDeltas(
                weights.length,
                lambda,
                ofRows(tables, weights, (int) task.shape().rowLength()),
                task.shape().rowLength());
      };
    }

    /** Returns whether all experts have the map that a tensor belongs to in the first. */
    private boolean isOfAll(ParameterInput input, List<Weight> tables) {
      return switch (input) {
        case ParameterInput.Matrix matrix -> isOfAll(matrix, tables);
        case ParameterInput.Bias bias -> isOfAll(bias.weight(), tables);
        case ParameterInput.Scale _, ParameterInput.Lookup _ -> true;
      };
    }

    private boolean isOfAll(ParameterInput.Matrix matrix, List<Weight> tables) {
      // Without a bias a table may lack the moments of the 1.
      long moments = InputGram.start(matrix.own());
      return tables.stream().allMatch(table -> table.shape().elements() >= moments)
          && Stream.concat(Stream.of(matrix.map().weight()), matrix.map().bias().stream())
              .allMatch(tensor -> deltas(tensor).size() == tables.size());
    }

    private static List<Weight> tables(List<Weights> all, String name) {
      return all.stream().flatMap(weights -> weights.find(name).stream()).toList();
    }

    private LinearMapRegression map(
        MergeTask task,
        ParameterInput.Matrix matrix,
        List<Weight> tables,
        double[] weights,
        float lambda) {
      Linear map = matrix.map();
      return new LinearMapRegression(
          regression(task, matrix, tables, weights),
          map,
          deltas(map.weight()),
          map.bias().map(this::deltas).orElse(List.of()),
          lambda);
    }

    private List<Weight> deltas(Weight weight) {
      return evidence.experts().stream()
          .flatMap(expert -> expert.weights().delta(weight.name()).stream())
          .toList();
    }

    /** Returns the regression of what a map reads: the last one, if it is of the same. */
    private InputRegression regression(
        MergeTask task, ParameterInput.Matrix matrix, List<Weight> tables, double[] weights) {
      var settings =
          new InputRegression.Settings(
              matrix.table(),
              matrix.own(),
              DoubleStream.of(weights).boxed().toList(),
              ALPHA.of(task),
              RIDGE.of(task));
      if (regression == null || !regression.settings().equals(settings)) {
        // Let go before the next is made, so that there is never more than one.
        regression = null;
        try {
          regression = new InputRegression(settings, tables, evidence.readers());
        } catch (ArithmeticException e) {
          throw new RecipeException(
              "tensor %s cannot be merged by regmean: of its inputs, %s; set a larger ridge, or an alpha below 1"
                  .formatted(quote(task.tensor()), e.getMessage()));
        }
      }
      return regression;
    }

    private static WeightedDeltas.Coefficients ofEntries(List<Weight> tables, double[] weights) {
      return (expert, block, into) -> {
        tables.get(expert).read(block.start(), block.length(), into, 0, block.reading());
        for (int i = 0; i < block.length(); i++) {
          into[i] = (float) (weights[expert] * into[i]);
        }
      };
    }

    private static WeightedDeltas.Coefficients ofRows(
        List<Weight> tables, double[] weights, int width) {
      return (expert, block, into) -> {
        int rows = block.length() / width;
        float[] shares = new float[rows];
        long first = block.start() / width;
        tables.get(expert).read(first, rows, shares, 0, block.reading());
        for (int i = 0; i < block.length(); i++) {
          into[i] = (float) (weights[expert] * shares[i / width] + UNSEEN);
        }
      };
    }
  }
}
