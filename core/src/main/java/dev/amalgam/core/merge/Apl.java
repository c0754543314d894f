package dev.amalgam.core.merge;

import static dev.amalgam.core.merge.Parameter.Scope.MODEL;
import static dev.amalgam.core.merge.Parameter.Scope.RECIPE;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.recipe.Setting;
import java.util.List;

/**
 * Activated Parameter Locating: importance on a few examples of each expert's task decides which
 * entries of its delta are kept, and how experts are weighted where they conflict.
 *
 * <p>Kong, Zhang, Wang, arXiv 2408.09485. The calibration is a reconstruction, see {@code
 * docs/apl.md}.
 */
final class Apl implements EvidenceMethod {

  /** The value of parameters that the examples choose. */
  static final String AUTO = "auto";

  private static final double LEAST_TEMPERATURE = 1e-9;
  private static final int CHUNK = 1 << 15;
  private static final Setting.Word AUTOMATIC = new Setting.Word(AUTO);

  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.number(
              MODEL,
              "weight",
              -Double.MAX_VALUE,
              Double.MAX_VALUE,
              1,
              "factor of the expert's delta"),
          Parameter.fraction(MODEL, "density", 0.2, "share of the delta's entries that is kept"),
          Parameter.text("examples", "file of examples of the expert's task"),
          Parameter.text("importance", "file of scores that 'amalgam importance' wrote"),
          Parameter.numberOrAuto(
              "lambda", -100, 100, AUTOMATIC, "factor of the merged delta, or auto"),
          Parameter.choice(
              "level", "element", Level.words(), "the partitions that importance is of"),
          Parameter.number(
              RECIPE,
              "tau1",
              LEAST_TEMPERATURE,
              Double.POSITIVE_INFINITY,
              0.3,
              "temperature of drop rates; .inf for one rate"),
          Parameter.numberOrAuto(
              "tau2",
              LEAST_TEMPERATURE,
              Double.POSITIVE_INFINITY,
              AUTOMATIC,
              "temperature of the experts' weights; .inf for equal weights"),
          Parameter.choice(
              "select",
              AUTO,
              List.of("random", "magnitude", "trim", "importance", "sample", AUTO),
              "how entries are chosen inside a partition"),
          Parameter.fraction(
              RECIPE, "alpha", 0.5, "select: sample; 0 for equal chances, 1 for scores alone"),
          Parameter.choice(
              "rescale",
              AUTO,
              List.of("none", "inverse", "capped", "importance", "l1", AUTO),
              "by what is multiplied what is kept"),
          Parameter.choice(
              "score",
              "effect-magnitude",
              List.of("effect", "effect-magnitude"),
              "the score of an entry: its effect, or that times its magnitude"),
          Parameter.choice(
              "aggregate",
              "magnitude",
              List.of("magnitude", "mean", "helpful"),
              "how examples make importance"),
          Parameter.choice(
              "consensus", "none", List.of("none", "sum"), "sum: elect a sign as TIES does"),
          Parameter.choice(
              "estimator",
              "gradient",
              List.of("gradient", "ablation", "restoration"),
              "how effects are estimated"),
          Parameter.choice(
              "point",
              "base",
              List.of("base", "expert", "midpoint", "integrated"),
              "where gradients are taken"),
          Parameter.number(
              RECIPE, "examples_limit", 1, 1e6, 64, "most examples that are scored for a model"),
          Parameter.number(
              RECIPE, "max_length", 0, 1e9, 0, "most tokens of an example; 0 for the model's"),
          Parameter.flag(
              "interference", false, "take off importance what a part does to other tasks"),
          Parameter.flag("normalize", false, "divide the sum by the sum of the weights"));

  @Override
  public String name() {
    return "apl";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public EvidenceNeeds needs(List<MergeTask> tasks) {
    return AplParameters.of(tasks).needs();
  }

  @Override
  public PreparedMethod prepare(List<MergeTask> tasks, Evidence evidence, Trials trials) {
    return new AplPreparation(tasks, evidence, trials).prepare();
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    String rescale = task.parameters().word("rescale");
    return new Unprepared(
        name(),
        Math.max(CHUNK, task.shape().rowLength()),
        rescale.equals("l1") || rescale.equals(AUTO));
  }
}
