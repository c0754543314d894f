package dev.amalgam.core.merge;

import dev.amalgam.core.calibration.Rescale;
import dev.amalgam.core.calibration.Select;
import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.evidence.EvidenceWork;
import dev.amalgam.core.evidence.TaskSize;
import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.merge.Parameter.Scope;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Activated Parameter Locating: importance on a few examples of each expert's task decides which
 * entries of its delta are kept, and how experts are weighted where they conflict.
 *
 * <p>Kong, Zhang, Wang, arXiv 2408.09485. The calibration is a reconstruction, see {@code
 * docs/apl.md}.
 */
final class Apl implements EvidenceMethod {

  private static final double LEAST_TEMPERATURE = 1e-9;
  private static final int CHUNK = 1 << 15;
  // Its value, the best so far, two moments, and its gradient in float64.
  private static final long COEFFICIENT_BYTES = 4 * Float.BYTES + Double.BYTES;

  /** The factor of each expert's delta. */
  static final Parameter<Double> WEIGHT =
      Parameter.number(Scope.MODEL, "weight", 1, "factor of the expert's delta");

  /** The share of each expert's delta that is kept. */
  static final Parameter<Double> DENSITY =
      Parameter.fraction(Scope.MODEL, "density", 0.2, "share of the delta's entries that is kept");

  /** The file of each expert's scores; empty for none. */
  static final Parameter<String> IMPORTANCE =
      Parameter.text("importance", "file of scores that 'amalgam importance' wrote");

  /** The factor of the merged delta. */
  static final Parameter<OptionalDouble> LAMBDA =
      Parameter.numberOrAuto("lambda", -100, 100, "factor of the merged delta, or auto");

  /** The partitions that importance is of. */
  static final Parameter<Level> LEVEL =
      Parameter.choice("level", Level.ELEMENT, "the partitions that importance is of");

  /** The temperature of drop rates. */
  static final Parameter<Double> TAU1 =
      Parameter.number(
          Scope.RECIPE,
          "tau1",
          LEAST_TEMPERATURE,
          Double.POSITIVE_INFINITY,
          0.3,
          "temperature of drop rates; .inf for one rate");

  /** The temperature of the experts' weights. */
  static final Parameter<OptionalDouble> TAU2 =
      Parameter.numberOrAuto(
          "tau2",
          LEAST_TEMPERATURE,
          Double.POSITIVE_INFINITY,
          "temperature of the experts' weights; .inf for equal weights");

  /** How entries are chosen. */
  static final Parameter<Optional<Select>> SELECT =
      Parameter.choiceOrAuto("select", Select.class, "how entries are chosen inside a partition");

  /** How much chances follow scores. */
  static final Parameter<Double> ALPHA =
      Parameter.fraction(
          Scope.RECIPE, "alpha", 0.5, "select: sample; 0 for equal chances, 1 for scores alone");

  /** By what is multiplied what is kept. */
  static final Parameter<Optional<Rescale>> RESCALE =
      Parameter.choiceOrAuto("rescale", Rescale.class, "by what is multiplied what is kept");

  /** Whether the score of an entry is its effect times the magnitude of its delta. */
  static final Parameter<Boolean> SCORE =
      Parameter.choice(
          "score",
          "effect-magnitude",
          List.of(Parameter.option("effect", false), Parameter.option("effect-magnitude", true)),
          "the score of an entry: its effect, or that times its magnitude");

  /** How examples make importance. */
  static final Parameter<Aggregate> AGGREGATE =
      Parameter.choice("aggregate", Aggregate.MAGNITUDE, "how examples make importance");

  /** Whether a sign is elected. */
  static final Parameter<Boolean> CONSENSUS =
      Parameter.choice(
          "consensus",
          "none",
          List.of(Parameter.option("none", false), Parameter.option("sum", true)),
          "sum: elect a sign as TIES does");

  /** How effects are estimated. */
  static final Parameter<Estimator> ESTIMATOR =
      Parameter.choice("estimator", Estimator.GRADIENT, "how effects are estimated");

  /** Where gradients are taken. */
  static final Parameter<Point> POINT =
      Parameter.choice("point", Point.BASE, "where gradients are taken");

  /** Whether what a part does to other tasks is taken off its importance. */
  static final Parameter<Boolean> INTERFERENCE =
      Parameter.flag("interference", false, "take off importance what a part does to other tasks");

  /** Whether the sum is divided by the sum of the weights. */
  static final Parameter<Boolean> NORMALIZE = DeltaSum.normalize(false);

  private static final List<Parameter<?>> LOCATING =
      List.of(
          WEIGHT,
          DENSITY,
          ExampleParameters.EXAMPLES,
          IMPORTANCE,
          LAMBDA,
          LEVEL,
          TAU1,
          TAU2,
          SELECT,
          ALPHA,
          RESCALE,
          SCORE,
          AGGREGATE,
          CONSENSUS,
          ESTIMATOR,
          POINT,
          ExampleParameters.EXAMPLES_LIMIT,
          ExampleParameters.MAX_LENGTH,
          INTERFERENCE,
          NORMALIZE);

  private static final List<Parameter<?>> PARAMETERS =
      Stream.concat(LOCATING.stream(), RepairParameters.ALL.stream()).toList();

  Apl() {}

  @Override
  public String name() {
    return "apl";
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
    return AplParameters.of(tasks).needs();
  }

  /**
   * Returns what coefficients take, and the solution of the regression that a repair begins with.
   */
  @Override
  public long estimatedMemory(List<MergeTask> tasks, Model first) {
    if (!AplParameters.of(tasks).repairs()) {
      return 0;
    }
    long coefficients = 0;
    for (MergeTask task : tasks) {
      Shape shape = task.shape();
      long lines =
          shape.rank() < 2
              ? shape.elements()
              : shape.elements() / Math.max(1, shape.rowLength()) + shape.rowLength();
      coefficients += lines * task.experts().size();
    }
    return COEFFICIENT_BYTES * coefficients + new RegMean().estimatedMemory(tasks, first);
  }

  @Override
  public Optional<EvidenceWork> work(List<MergeTask> tasks, Model first, List<TaskSize> sizes) {
    return Optional.of(new AplWork(AplParameters.of(tasks), tasks, first, sizes).total());
  }

  @Override
  public PreparedMethod prepare(List<MergeTask> tasks, Evidence evidence, Trials trials) {
    return AplParameters.of(tasks).repairs()
        ? new AplRepair(tasks, evidence, trials).prepare()
        : new AplPreparation(tasks, evidence, trials).prepare();
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    SpanMerge.checkRow(task.shape().rowLength());
    return new Unprepared(
        name(),
        Math.max(CHUNK, task.shape().rowLength()),
        RESCALE.of(task).orElse(Rescale.L1) == Rescale.L1);
  }
}
