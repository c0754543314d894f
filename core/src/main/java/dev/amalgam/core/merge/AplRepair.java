package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.GradientMagnitude;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelParameter;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.repair.Coefficients;
import dev.amalgam.core.repair.LargestEntries;
import dev.amalgam.core.repair.Lesson;
import dev.amalgam.core.repair.MergedModel;
import dev.amalgam.core.repair.Repair;
import dev.amalgam.core.repair.Start;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.EntryMask;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The second half of {@link Apl}: begins with a merged model, moves coefficients of the experts'
 * rows and columns until it predicts what they predict, drops what matters least, learns again what
 * is left, and chooses the factor of all.
 */
final class AplRepair {

  private static final double LEAST_GAIN = 1e-3;
  private static final double SHARE_OF_SUM = 1.5;
  private static final int BATCH_TOKENS = 4096;
  private static final long ROOM_FOR_STATES = 1L << 30;
  private static final double RATE_AFTER_DROPPING = 2.0 / 3;

  private static final List<Double> FACTORS_OF_REGRESSION = List.of(0.6, 0.8, 1.0, 1.2, 1.4);
  private static final List<Double> FACTORS_OF_SUM =
      List.of(0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0);
  private static final List<Double> LAMBDAS =
      List.of(0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2.0);

  private final List<MergeTask> tasks;
  private final ParameterValues values;
  private final Evidence evidence;
  private final Trials trials;
  private final List<Expert> experts;
  private final boolean encoders;
  private final List<ModelParameter> parameters;
  private final RepairLog log;
  private double[] weights;
  private Optional<RetainedBase> retained;
  private Judge judge;
  private List<Lesson> lessons;

  AplRepair(List<MergeTask> tasks, Evidence evidence, Trials trials) {
    this.tasks = tasks;
    this.values = AplParameters.of(tasks).values();
    this.evidence = evidence;
    this.trials = trials;
    this.experts = evidence.experts();
    this.encoders = experts.getFirst().at(1).head().kind() != Targets.Kind.NEXT_TOKEN;
    this.parameters = parameters();
    this.log = new RepairLog(evidence);
    if (encoders && RepairParameters.RETAIN.of(values) > 0) {
      throw new RecipeException(
          "retain is for language models: an encoder writes no texts that it could teach; remove"
              + " it");
    }
  }

  /** Returns the parameters that some expert's model uses and that are merged. */
  private List<ModelParameter> parameters() {
    Set<String> merged = tasks.stream().map(MergeTask::tensor).collect(Collectors.toSet());
    Weights base = experts.getFirst().weights().base();
    Map<String, ModelParameter> found = new LinkedHashMap<>();
    for (Expert expert : experts) {
      for (ModelParameter parameter : expert.at(1).parameters()) {
        if (merged.contains(parameter.name()) && base.find(parameter.name()).isPresent()) {
          found.putIfAbsent(parameter.name(), parameter);
        }
      }
    }
    return List.copyOf(found.values());
  }

  PreparedMethod prepare() {
    weights = weights();
    retained = retained();
    judge = new Judge(evidence, retained);
    Start start = RepairParameters.start(values, experts.size(), encoders);
    Judged begun = log.begun(begin(start));
    Judged learned =
        learn(
            begun,
            RepairParameters.steps(values, encoders),
            RepairParameters.RATE.of(values),
            "repairing");
    long keep = budget();
    if (start != Start.LOCATED && keep < entries()) {
      learned = dropped(learned, keep);
    }
    OptionalDouble lambda = Apl.LAMBDA.of(values);
    Judged chosen =
        lambda.isPresent() ? tried("judging", learned, lambda.getAsDouble()) : scaled(learned);
    Judged sum = taskArithmetic(keep);
    boolean fallsBack = lambda.isEmpty() && sum.isBetterThan(chosen);
    Judged result = fallsBack ? sum : chosen;
    return new RepairedApl(start, result, sum, log.history(start, chosen, sum, result));
  }

  /** Returns what each task counts. */
  private double[] weights() {
    double[] counts = new double[experts.size()];
    Arrays.setAll(
        counts,
        task ->
            weight(task) * (encoders ? 1 : 1 / Math.max(LEAST_GAIN, evidence.loss(task).gain())));
    if (Arrays.stream(counts).allMatch(count -> count == 0)) {
      throw new RecipeException(
          "no weight is above zero, so no expert would teach; give one of them a weight above"
              + " zero");
    }
    return counts;
  }

  /** Returns the mean over tensors of an expert's weight; 0 for one that is negative. */
  private double weight(int expert) {
    return tasks.stream()
        .mapToDouble(task -> Math.max(0, Apl.WEIGHT.of(task, expert)))
        .average()
        .orElseThrow();
  }

  private Coefficients.Level level() {
    return RepairParameters.COEFFICIENTS
        .of(values)
        .orElse(encoders ? Coefficients.Level.ROW : Coefficients.Level.ROW_AND_COLUMN);
  }

  private Judged begin(Start start) {
    Weights first =
        new CheckpointWeights(
            trials.keep(
                new RepairStart(tasks, parameters, evidence, trials).of(start), evidence.memory()));
    evidence.prepareToJudge();
    var coefficients = new Coefficients(parameters, level(), experts.size());
    Map<String, EntryMask> masks =
        start == Start.LOCATED && budget() < entries() ? nonZero(first) : Map.of();
    MergedModel merged = new MergedModel(experts, first, 1, coefficients, masks, 1);
    return switch (start) {
      case LOCATED -> choosing("judging where to begin", merged);
      case SUM ->
          choosing(
              "judging where to begin",
              merged.startingWith((float) Math.min(1, SHARE_OF_SUM / experts.size())));
      case REGRESSION ->
          Judged.follow(
              FACTORS_OF_REGRESSION,
              1,
              factor -> choosing("choosing where to begin", merged.startingWith((float) factor)));
    };
  }

  private List<String> names() {
    return parameters.stream().map(ModelParameter::name).toList();
  }

  private long entries() {
    return parameters.stream().mapToLong(p -> p.weight().shape().elements()).sum();
  }

  /** Returns how many entries may differ from the base: as many as all experts keep together. */
  private long budget() {
    Map<String, MergeTask> byName =
        tasks.stream().collect(Collectors.toMap(MergeTask::tensor, task -> task));
    double budget = 0;
    for (ModelParameter parameter : parameters) {
      MergeTask task = byName.get(parameter.name());
      double density = 0;
      for (int expert = 0; expert < experts.size(); expert++) {
        density += Apl.DENSITY.of(task, expert);
      }
      budget += Math.min(1, density) * parameter.weight().shape().elements();
    }
    return Math.round(budget);
  }

  private Map<String, EntryMask> nonZero(Weights first) {
    return new LargestEntries(first, base(), names(), List.of(), weights)
        .nonZero(evidence.readers().count(), evidence.memory());
  }

  private Weights base() {
    return experts.getFirst().weights().base();
  }

  private List<Lesson> lessons() {
    List<Repair.Task> taught = new ArrayList<>();
    for (int t = 0; t < experts.size(); t++) {
      if (weights[t] > 0) {
        taught.add(
            new Repair.Task(
                experts.get(t),
                RepairParameters.TEACHER.of(values).floatValue(),
                evidence.examples(t),
                weights[t],
                experts.get(t).at(1).head().kind() != Targets.Kind.FEATURES,
                encoders));
      }
    }
    retained.ifPresent(base -> taught.add(base.task()));
    long tokens =
        taught.stream().flatMap(task -> task.texts().stream()).mapToLong(Example::length).sum();
    return Lesson.of(
        taught,
        BATCH_TOKENS,
        evidence.engine(),
        evidence.memory(),
        evidence.started("teaching", tokens, experts.getFirst().at(1).layers().size()));
  }

  private Judged learn(Judged begun, int steps, double rate, String phase) {
    if (lessons == null) {
      lessons = lessons();
    }
    var settings =
        new Repair.Settings(
            steps,
            rate,
            RepairParameters.texts(values, encoders),
            RepairParameters.SEED.of(values),
            BATCH_TOKENS,
            ROOM_FOR_STATES);
    String what = begun.merged().startFactor() + "\n" + described();
    RepairRun run =
        new RepairRun(
            evidence, judge, lessons, settings, RepairParameters.PATIENCE.of(values), phase, what);
    Judged learned = run.from(begun);
    log.learned(!begun.merged().masks().isEmpty(), steps, run.judgements());
    return learned;
  }

  /** Returns the base that is to be retained, if it is. */
  private Optional<RetainedBase> retained() {
    double retain = RepairParameters.RETAIN.of(values);
    return retain == 0
        ? Optional.empty()
        : Optional.of(
            new RetainedBase(
                evidence,
                retain * Arrays.stream(weights).average().orElse(1),
                RepairParameters.SEED.of(values)));
  }

  /** Returns all parameters, in words. */
  private String described() {
    StringBuilder text = new StringBuilder();
    for (MergeTask task : tasks) {
      text.append(task.tensor()).append(' ').append(new TreeMap<>(task.parameters().values()));
      task.experts().forEach(expert -> text.append(' ').append(new TreeMap<>(expert.values())));
      text.append('\n');
    }
    return text.toString();
  }

  /** Returns which entries of what is added to the base matter most. */
  private Map<String, EntryMask> largest(MergedModel merged, long keep) {
    List<Weights> effects = new ArrayList<>();
    for (int task = 0; !encoders && task < experts.size(); task++) {
      effects.add(
          evidence.of(GradientMagnitude.of(experts.get(task), evidence.examples(task)), task));
    }
    return new LargestEntries(merged.weights(), base(), names(), effects, weights)
        .keep(keep, evidence.readers().count(), evidence.memory());
  }

  private Judged dropped(Judged learned, long keep) {
    MergedModel merged = learned.merged();
    Judged pruned = choosing("judging what is kept", merged.masked(largest(merged, keep)));
    if (encoders) {
      pruned = folded(scaled(pruned));
    }
    return learn(
        pruned,
        RepairParameters.stepsAfterDropping(values, encoders),
        RepairParameters.RATE.of(values) * RATE_AFTER_DROPPING,
        "repairing what is kept");
  }

  /** Returns the same model with λ 1: the start and the coefficients are multiplied instead. */
  private static Judged folded(Judged judged) {
    MergedModel merged = judged.merged();
    float[] values = merged.coefficients().values();
    for (int i = 0; i < values.length; i++) {
      values[i] *= merged.lambda();
    }
    return new Judged(
        merged.startingWith(merged.startFactor() * merged.lambda()).times(1),
        judged.missed(),
        judged.forgotten());
  }

  private Judged scaled(Judged learned) {
    log.triesLambdas();
    return Judged.follow(
        LAMBDAS,
        1,
        lambda -> lambda == 1 ? log.tried(1, learned) : tried("choosing lambda", learned, lambda));
  }

  private Judged tried(String phase, Judged learned, double lambda) {
    return log.tried(lambda, choosing(phase, learned.merged().times((float) lambda)));
  }

  private Judged choosing(String phase, MergedModel merged) {
    ModelRunner.LayerListener listener =
        evidence.started(phase, judge.tokens(), experts.getFirst().at(1).layers().size());
    return judge.of(merged, listener);
  }

  private float[] factors(MergeTask task, double factor) {
    float[] factors = task.expertNumbers(Apl.WEIGHT);
    for (int e = 0; e < factors.length; e++) {
      factors[e] *= (float) factor;
    }
    return factors;
  }

  /** Returns task arithmetic at its best λ, with as many entries. */
  private Judged taskArithmetic(long keep) {
    Judged best =
        Judged.follow(
            FACTORS_OF_SUM,
            0.3,
            factor -> {
              var all = new Coefficients(parameters, Coefficients.Level.TENSOR, experts.size());
              tasks.forEach(task -> all.fill(task.tensor(), factors(task, factor)));
              return choosing(
                  "choosing task arithmetic",
                  new MergedModel(experts, base(), 1, all, Map.of(), 1));
            });
    return keep == entries()
        ? best
        : choosing("judging task arithmetic", best.merged().masked(largest(best.merged(), keep)));
  }
}
