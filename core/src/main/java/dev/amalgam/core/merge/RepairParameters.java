package dev.amalgam.core.merge;

import dev.amalgam.core.repair.Coefficients;
import dev.amalgam.core.repair.Start;
import java.util.List;
import java.util.Optional;

/** The parameters of the second half of {@link Apl}: what is asked again at the merged model. */
final class RepairParameters {

  /** Whether the merged model is repaired. */
  static final Parameter<Boolean> REPAIR =
      Parameter.flag("repair", true, "ask again at the merged model; false for locating alone");

  /** Where it begins. */
  static final Parameter<Optional<Start>> START =
      Parameter.choiceOrAuto("start", Start.class, "where the repair begins");

  /** What has a coefficient. */
  static final Parameter<Optional<Coefficients.Level>> COEFFICIENTS =
      Parameter.choice(
          "coefficients",
          "auto",
          List.of(
              Parameter.option("auto", Optional.empty()),
              Parameter.option("rows-and-columns", Optional.of(Coefficients.Level.ROW_AND_COLUMN)),
              Parameter.option("rows", Optional.of(Coefficients.Level.ROW)),
              Parameter.option("tensors", Optional.of(Coefficients.Level.TENSOR))),
          "what of each delta has a coefficient of its own");

  /** How many steps. */
  static final Parameter<Integer> STEPS =
      Parameter.count("steps", 0, 100_000, 0, "steps of the repair; 0 for 50, or 80 of encoders");

  /** How far a step goes. */
  static final Parameter<Double> RATE =
      Parameter.number(
          Parameter.Scope.RECIPE, "rate", 0, 10, 0.03, "learning rate of the first step");

  /** How many texts a step looks at. */
  static final Parameter<Integer> TEXTS =
      Parameter.count(
          "texts", 0, 1_000_000, 0, "texts of each task in a step; 0 for 8, or 16 of encoders");

  /** With how much of its delta an expert teaches. */
  static final Parameter<Double> TEACHER =
      Parameter.number(
          Parameter.Scope.RECIPE,
          "teacher",
          0,
          10,
          1,
          "with how much of its delta an expert teaches");

  /** The seed of the order of texts. */
  static final Parameter<Integer> SEED =
      Parameter.count("repair_seed", 0, Integer.MAX_VALUE, 0, "seed of the order of texts");

  /** The share of the examples that judges. */
  static final Parameter<Double> HELD_BACK =
      Parameter.number(
          Parameter.Scope.RECIPE,
          "held_back",
          0.05,
          0.95,
          0.25,
          "share of the examples that judges and does not teach");

  /** When to give up. */
  static final Parameter<Integer> PATIENCE =
      Parameter.count(
          "patience", 1, 100_000, 2, "judgements in a row that are no better before a repair ends");

  /** What the base counts as one more teacher. */
  static final Parameter<Double> RETAIN =
      Parameter.number(
          Parameter.Scope.RECIPE,
          "retain",
          0,
          1e6,
          0,
          "what the base counts as one more teacher, of texts that it writes; 0 for nothing");

  /** All of them. */
  static final List<Parameter<?>> ALL =
      List.of(
          REPAIR,
          START,
          COEFFICIENTS,
          STEPS,
          RATE,
          TEXTS,
          TEACHER,
          SEED,
          HELD_BACK,
          PATIENCE,
          RETAIN);

  private RepairParameters() {}

  /** Returns where a repair begins. */
  static Start start(ParameterValues values, int experts, boolean encoders) {
    Start usual = encoders ? Start.SUM : Start.REGRESSION;
    return START.of(values).orElse(experts == 1 ? Start.LOCATED : usual);
  }

  /** Returns how many steps there are before anything is dropped. */
  static int steps(ParameterValues values, boolean encoders) {
    int steps = STEPS.of(values);
    return steps > 0 ? steps : encoders ? 80 : 50;
  }

  /** Returns how many steps there are afterwards. */
  static int stepsAfterDropping(ParameterValues values, boolean encoders) {
    return (int) Math.ceil(steps(values, encoders) * (encoders ? 0.2 : 0.5));
  }

  /** Returns how many texts of each task a step looks at. */
  static int texts(ParameterValues values, boolean encoders) {
    int texts = TEXTS.of(values);
    return texts > 0 ? texts : encoders ? 16 : 8;
  }
}
